#include "experiments/simulation_finding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "sim/outcome/kpis.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Arms by name, with their profit by replicate.
SimulatedArms arms_with(const std::vector<std::pair<std::string, std::vector<double>>>& profits) {
  SimulatedArms of;
  for (const auto& [name, values] : profits) {
    of.arms.push_back(name);
    for (std::size_t r = 0; r < values.size(); ++r) {
      if (of.arms.size() == 1) of.seeds.push_back(static_cast<std::int64_t>(r));
      FinishedRun run{std::vector<double>(kpi_list().size()), {}};
      run.figures[kpi_index("profit")] = values[r];
      of.runs.push_back(std::move(run));
    }
  }
  return of;
}

TEST(SimulationFinding, ComparesTheBestWithTheFirst) {
  const auto found = finding_of(
      arms_with({{"a", {1, 2, 3}}, {"b", {6, 7, 8.5}}, {"c", {2, 2, 2}}, {"oracle", {9, 9, 9}}}),
      "profit");
  EXPECT_EQ(found.best_arm, "b");
  EXPECT_NEAR(found.mean.value, 21.5 / 3, 1e-12);
  EXPECT_EQ(found.text,
            "b: profit [currency] of 7.17 (4.04 … 10.3), the most of 3 arms, mean of 3 "
            "replicates.\nAgainst a, seed by seed, that is 5.17 (4.45 … 5.88) more.");
}

TEST(SimulationFinding, ComparesTheFirstWithTheNextBest) {
  const auto found =
      finding_of(arms_with({{"a", {1, 2}}, {"b", {-9, -9}}, {"c", {0, 2.5}}}), "profit");
  EXPECT_EQ(found.best_arm, "a");
  EXPECT_THAT(found.text, ::testing::HasSubstr("Against c, seed by seed"));
  EXPECT_THAT(found.text, ::testing::HasSubstr("more: the two are not to be told apart."));
}

TEST(SimulationFinding, WritesLargeNumbersForPeople) {
  EXPECT_EQ(finding_of(arms_with({{"base", {-2'345'678}}}), "profit").text,
            "base: profit [currency] of -2.35M, in one replicate.");
}

TEST(SimulationFinding, DoesNotTellApartWhatIsAlike) {
  const auto found = finding_of(arms_with({{"a", {1, 2}}, {"b", {1, 2}}}), "profit");
  EXPECT_THAT(found.text,
              ::testing::HasSubstr("Against b, seed by seed, that is 0 (0 … 0) more: the two are "
                                   "not to be told apart."));
}

TEST(SimulationFinding, SaysWhereThereIsNoneOrLess) {
  const auto some =
      finding_of(arms_with({{"a", {nan, nan}}, {"b", {nan, 4}}, {"c", {1, 3}}}), "profit");
  EXPECT_EQ(some.text,
            "b: profit [currency] of 4, the most of 2 arms, mean of 1 of 2 replicates. It is "
            "not defined for a.\nAgainst c, with the same seed, that is 1 more.");
  const auto none = finding_of(arms_with({{"a", {nan}}, {"b", {nan}}}), "profit");
  EXPECT_EQ(none.best_arm, "a");
  EXPECT_TRUE(std::isnan(none.mean.value));
  EXPECT_EQ(none.text, "No arm has a profit [currency] in any replicate.");
  EXPECT_EQ(finding_of(arms_with({{"base", {5}}}), "profit").text,
            "base: profit [currency] of 5, in one replicate.");
  EXPECT_THROW(finding_of(arms_with({{"a", {5}}}), "profits"), InputError);
}

}  // namespace
}  // namespace rolecall
