#include "sim/measures/coverage_gaps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"

namespace rolecall::sim {
namespace {

// Two personas, two stages; inbound, outbound.
const std::vector<std::int64_t> at_risk{100, 100, 10, 0, 1000, 50, 100, 7};
const std::vector<double> served{40, 0, 0, 0, 990, 50, 0, 7};

TEST(CoverageGaps, StandWidestFirst) {
  const std::vector<CoverageGap> gaps =
      coverage_gaps({.stages = 2, .at_risk = at_risk, .served = served});
  ASSERT_EQ(gaps.size(), 5u);  // 100, 100, 60, 10, 10; the rest is empty or served in full
  EXPECT_EQ(gaps[0].persona, 0u);
  EXPECT_EQ(gaps[0].stage, 0u);
  EXPECT_EQ(gaps[0].channel, 1u);
  EXPECT_EQ(gaps[0].gap, 100);
  EXPECT_EQ(gaps[1].persona, 1u);
  EXPECT_EQ(gaps[1].stage, 1u);
  EXPECT_EQ(gaps[1].channel, 0u);
  EXPECT_EQ(gaps[2].at_risk, 100);
  EXPECT_EQ(gaps[2].coverage, .4);
  EXPECT_EQ(gaps[2].gap, 60);
  EXPECT_EQ(gaps[3].at_risk, 10);  // equal to the next, and before it in the table
  EXPECT_EQ(gaps[4].at_risk, 1000);
  EXPECT_EQ(gaps[4].coverage, .99);
}

TEST(CoverageGaps, StandInTheOrderOfTheTableWhereEqual) {
  const std::vector<std::int64_t> days(10 * 6 * 2, 50);
  const std::vector<double> met(days.size(), 20);
  const auto gaps = coverage_gaps({.stages = 6, .at_risk = days, .served = met});
  ASSERT_EQ(gaps.size(), days.size());
  for (std::size_t i = 0; i < gaps.size(); ++i)
    EXPECT_EQ((gaps[i].persona * 6 + gaps[i].stage) * 2 + gaps[i].channel, i);
}

TEST(CoverageGaps, AreCutToTheTop) {
  const CoverageTable table{.stages = 2, .at_risk = at_risk, .served = served};
  EXPECT_EQ(coverage_gaps(table, 2).size(), 2u);
  EXPECT_EQ(coverage_gaps(table, 0).size(), 0u);
  EXPECT_EQ(coverage_gaps(table, 99).size(), 5u);
  EXPECT_TRUE(coverage_gaps({.stages = 6, .at_risk = {}, .served = {}}).empty());
}

TEST(CoverageGaps, AddUpToWhatWasNotServed) {
  Random random(2, RandomStream::outcomes, 0);
  std::vector<std::int64_t> days(5 * 6 * 2);
  std::vector<double> met(days.size());
  double missed = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    days[i] = static_cast<std::int64_t>(random.below(1000));
    met[i] = static_cast<double>(days[i]) * random.uniform();
    missed += static_cast<double>(days[i]) - met[i];
  }
  double sum = 0, last = 1e9;
  for (const CoverageGap& gap : coverage_gaps({.stages = 6, .at_risk = days, .served = met})) {
    const std::size_t at = (gap.persona * 6 + gap.stage) * 2 + gap.channel;
    EXPECT_EQ(gap.at_risk, days[at]);
    EXPECT_NEAR(gap.gap, static_cast<double>(gap.at_risk) * (1 - gap.coverage), 1e-9);
    EXPECT_LE(gap.gap, last);
    last = gap.gap;
    sum += gap.gap;
  }
  EXPECT_NEAR(sum, missed, 1e-6);
}

}  // namespace
}  // namespace rolecall::sim
