#include "core/quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace rolecall {
namespace {

TEST(SortedQuantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> values{1, 2, 4, 8};
  EXPECT_EQ(sorted_quantile(values, 0), 1);
  EXPECT_EQ(sorted_quantile(values, .25), 1.75);
  EXPECT_EQ(sorted_quantile(values, .5), 3);
  EXPECT_EQ(sorted_quantile(values, 1), 8);
}

TEST(SortedQuantile, OfNoneIsUndefined) { EXPECT_TRUE(std::isnan(sorted_quantile({}, .5))); }

TEST(SortedQuantile, TakesInfinities) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> values{1, 2, infinity, infinity};
  EXPECT_EQ(sorted_quantile(values, 1. / 3), 2);
  EXPECT_EQ(sorted_quantile(values, .5), infinity);
  EXPECT_EQ(sorted_quantile(values, .9), infinity);
}

}  // namespace
}  // namespace rolecall
