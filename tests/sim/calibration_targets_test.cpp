#include "sim/outcome/calibration_targets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "sim/outcome/kpis.hpp"
#include "sim/scenario.hpp"

namespace rolecall::sim {
namespace {

TEST(CalibrationTargets, AreOfFiguresAndScenariosThatThereAre) {
  std::set<std::string> scenarios{""};
  for (const Scenario& s : builtin_scenarios()) scenarios.insert(s.name);
  for (const CalibrationTarget& target : calibration_targets()) {
    EXPECT_NO_THROW(kpi_index(target.kpi)) << target.kpi;
    EXPECT_TRUE(scenarios.contains(std::string(target.scenario))) << target.scenario;
    EXPECT_LT(target.low, target.high) << target.kpi;
    EXPECT_NE(target.source, "") << target.kpi;
  }
}

TEST(CalibrationTargets, OfAScenarioGoBeforeThoseOfAll) {
  for (const char* scenario : {"enterprise", "small-business", "small", "mine"}) {
    std::set<std::string_view> kpis;
    for (const CalibrationTarget& target : targets_of(scenario)) {
      EXPECT_TRUE(kpis.insert(target.kpi).second) << scenario << ' ' << target.kpi;
      EXPECT_TRUE(target.scenario.empty() || target.scenario == scenario);
      if (target.kpi == "opportunity_to_won") {
        EXPECT_EQ(target.high, scenario == std::string_view("enterprise") ? .2 : .3);
      }
    }
    EXPECT_TRUE(kpis.contains("opportunity_to_won"));
  }
}

TEST(CalibrationTargets, HoldTheirEndsAndNothingUndefined) {
  const CalibrationTarget target{"clicks", "", .02, .04, "here"};
  EXPECT_TRUE(target.is_met(.02));
  EXPECT_TRUE(target.is_met(.04));
  EXPECT_FALSE(target.is_met(.0401));
  EXPECT_FALSE(target.is_met(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace rolecall::sim
