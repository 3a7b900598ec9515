#include "sim/outcome/calibration_targets.hpp"

#include <algorithm>
#include <array>

namespace rolecall::sim {
namespace {

constexpr std::string_view cycles =
    "surveys of sales: 74.6 % take 4 months or more, 46.4 % 7 or more; 5 points either way";
constexpr std::string_view funnel = "benchmarks of vendors";
constexpr std::string_view mail = "benchmarks of vendors; machines make about half of all opens";
constexpr std::string_view matching = "what paid destinations say of themselves";

constexpr std::array targets{
    CalibrationTarget{"involved", "enterprise", 6, 11,
                      "surveys of buyers: 6.8 (2016), 10.2 (2018), 6 to 10 (2019)"},
    CalibrationTarget{"involved", "small-business", 3, 6, "surveys of buyers"},
    CalibrationTarget{"cycle_4_months", "enterprise", .696, .796, cycles},
    CalibrationTarget{"cycle_7_months", "enterprise", .414, .514, cycles},
    CalibrationTarget{"stalled", "enterprise", .75, .95, "surveys of buyers: 86 %"},
    CalibrationTarget{"visitor_to_lead", "", .01, .03, funnel},
    CalibrationTarget{"mql_to_sql", "", .13, .22, funnel},
    CalibrationTarget{"sql_to_opportunity", "", .3, .5, funnel},
    CalibrationTarget{"opportunity_to_won", "enterprise", .1, .2, funnel},
    CalibrationTarget{"opportunity_to_won", "", .2, .3, funnel},
    CalibrationTarget{"human_opens", "", .2, .25, mail},
    CalibrationTarget{"reported_opens", "", .4, .6, mail},
    CalibrationTarget{"clicks", "", .02, .04, mail},
    CalibrationTarget{"match_by_name", "", .6, .7, matching},
    CalibrationTarget{"match_with_domain", "", .8, .9, matching},
    CalibrationTarget{"branching", "", .3, .6,
                      "self-exciting streams of activity: Hawkes 1971, "
                      "doi:10.1093/biomet/58.1.83; range assumed"},
};

}  // namespace

std::span<const CalibrationTarget> calibration_targets() { return targets; }

std::vector<CalibrationTarget> targets_of(std::string_view scenario) {
  std::vector<CalibrationTarget> held;
  for (const CalibrationTarget& target : targets) {
    const bool has_own = std::ranges::any_of(targets, [&](const CalibrationTarget& other) {
      return other.kpi == target.kpi && other.scenario == scenario;
    });
    if (target.scenario == scenario || (target.scenario.empty() && !has_own))
      held.push_back(target);
  }
  return held;
}

}  // namespace rolecall::sim
