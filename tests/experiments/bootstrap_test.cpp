#include "experiments/bootstrap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace rolecall {
namespace {

TEST(Multiplicity, DrawsAsManyUnitsAsThereAre) {
  for (const std::size_t units : {1u, 2u, 17u, 1000u}) {
    std::vector<std::uint32_t> m(units, 99);
    draw_multiplicity(5, 3, m);
    EXPECT_EQ(std::accumulate(m.begin(), m.end(), std::size_t{0}), units);
  }
}

TEST(Multiplicity, IsAFunctionOfSeedAndReplicate) {
  const auto draw = [](std::uint64_t seed, std::uint64_t replicate) {
    std::vector<std::uint32_t> m(50);
    draw_multiplicity(seed, replicate, m);
    return m;
  };
  EXPECT_EQ(draw(1, 2), draw(1, 2));
  EXPECT_NE(draw(1, 2), draw(1, 3));
  EXPECT_NE(draw(1, 2), draw(2, 2));
}

TEST(Multiplicity, LeavesOutOneInE) {
  std::vector<std::uint32_t> m(100'000);
  draw_multiplicity(1, 1, m);
  EXPECT_NEAR(static_cast<double>(std::count(m.begin(), m.end(), 0u)), 36'788, 600);
}

TEST(PercentileInterval, InterpolatesBetweenOrderStatistics) {
  const auto [low, high] = percentile_interval({5, 1, 4, 2, 3}, .75);
  EXPECT_DOUBLE_EQ(low, 1.5);
  EXPECT_DOUBLE_EQ(high, 4.5);
}

TEST(PercentileInterval, LeavesOutWhatIsUndefined) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto [low, high] = percentile_interval({nan, 7, nan}, .95);
  EXPECT_EQ(low, 7);
  EXPECT_EQ(high, 7);
  EXPECT_TRUE(std::isnan(percentile_interval({nan}, .95).low));
  EXPECT_TRUE(std::isnan(percentile_interval({}, .95).high));
}

// "none", as of a daily cap, is one.
TEST(PercentileInterval, TakesInfinities) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto [low, high] = percentile_interval({1, infinity, infinity, 1, 2}, .5);
  EXPECT_EQ(low, 1);
  EXPECT_EQ(high, infinity);
  EXPECT_EQ(percentile_interval({infinity, infinity}, .95).low, infinity);
  EXPECT_EQ(percentile_interval({1, infinity, infinity}, .95).high, infinity);
}

}  // namespace
}  // namespace rolecall
