#include "experiments/outcome_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using Won = std::vector<std::uint8_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::int64_t total(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

TEST(ScoreBins, AreOfOneWidthFromZero) {
  std::vector<double> score;
  Won won;
  for (int i = 0; i <= 100; ++i) score.push_back(i), won.push_back(i % 2 == 0);
  score[100] = 1e6;
  const auto bins = score_bins(score, won);
  ASSERT_EQ(bins.low.size(), 30u);
  EXPECT_EQ(bins.low.front(), 0);
  EXPECT_NEAR(bins.high.back(), 99, 1e-9);  // the 99th percentile
  for (std::size_t b = 1; b < 30; ++b) {
    EXPECT_EQ(bins.low[b], bins.high[b - 1]);
    EXPECT_NEAR(bins.high[b] - bins.low[b], 3.3, 1e-9);
  }
  EXPECT_EQ(total(bins.won), 51);
  EXPECT_EQ(total(bins.lost), 50);
  EXPECT_EQ(bins.won.front() + bins.lost.front(), 4);  // 0, 1, 2, 3
  EXPECT_EQ(bins.won.back() + bins.lost.back(), 5);    // 96 to 99, and what is above
}

TEST(ScoreBins, TakeAnyScores) {
  for (const std::vector<double>& score :
       {std::vector<double>{0, 0, 0}, {5, 5, 5}, {-3, -2, -1}, {-1e300, 0, 1e300}, {7}}) {
    const Won won(score.size(), 1);
    const auto bins = score_bins(score, won);
    EXPECT_EQ(total(bins.won), static_cast<std::int64_t>(score.size()));
    EXPECT_LE(bins.low.front(), *std::ranges::min_element(score));
    for (std::size_t b = 0; b < bins.low.size(); ++b) EXPECT_LT(bins.low[b], bins.high[b]);
  }
}

TEST(CompletenessBands, KeepTheCompleteApart) {
  const auto bands =
      completeness_bands({0, 19.99, 20, 50, 99.99, 100, 100, nan}, Won{1, 0, 1, 0, 1, 1, 0, 1});
  EXPECT_THAT(bands.low, ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(bands.high, ElementsAre(20, 40, 60, 80, 100, 100));
  EXPECT_THAT(bands.won, ElementsAre(1, 1, 0, 0, 1, 1));
  EXPECT_THAT(bands.lost, ElementsAre(1, 0, 1, 0, 0, 1));
}

TEST(RoleCoverage, TellsTheFilledFromTheOthers) {
  RolesTemplate roles{.name = "t", .roles = {{"A"}, {"B"}, {"C"}}};
  roles.roles[1].members_required = 2;
  // Rows of four groups, of which the third has no outcome.
  const RoleSums sums{3, std::vector<double>(12, 0), {1, 2, 0, 0, 1, 0, 9, 9, 9, 3, 3, 0}};
  const auto coverage = role_coverage(sums, {0, 1, 3}, roles, Won{1, 0, 1});
  EXPECT_THAT(coverage.members, ElementsAre(4. / 3, 2, 0));
  EXPECT_THAT(coverage.filled, ElementsAre(2. / 3, 2. / 3, 0));
  EXPECT_EQ(coverage.won_if_filled[0], 1);
  EXPECT_EQ(coverage.won_if_filled[1], 1);
  EXPECT_TRUE(std::isnan(coverage.won_if_filled[2]));
  EXPECT_EQ(coverage.won_if_missing[0], 0);
  EXPECT_EQ(coverage.won_if_missing[2], 2. / 3);
}

}  // namespace
}  // namespace rolecall
