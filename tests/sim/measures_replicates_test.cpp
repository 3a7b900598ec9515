#include "sim/measures/replicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/portable_math.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "sim/measures/student_t.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// One degree of freedom is Cauchy, two have a closed form; others from scipy 1.17, stats.t.ppf.
TEST(StudentT, HasItsQuantiles) {
  for (const double p : {.001, .05, .3, .5, .8, .975, .9999}) {
    const double one = std::tan(std::numbers::pi * (p - .5));
    const double two = (2 * p - 1) / std::sqrt(2 * p * (1 - p));
    EXPECT_NEAR(student_t_quantile(p, 1), one, 1e-12 * std::max(1., std::abs(one)));
    EXPECT_NEAR(student_t_quantile(p, 2), two, 1e-12 * std::max(1., std::abs(two)));
  }
  EXPECT_NEAR(student_t_quantile(.975, 4), 2.7764451051977934, 1e-12);
  EXPECT_NEAR(student_t_quantile(.975, 9), 2.262157162798205, 1e-12);
  EXPECT_NEAR(student_t_quantile(.975, 30), 2.0422724563012378, 1e-12);
  EXPECT_NEAR(student_t_quantile(.95, 3), 2.3533634348018233, 1e-12);
  EXPECT_NEAR(student_t_quantile(.975, 1e9), normal_quantile(.975), 1e-8);
}

TEST(Replicates, HaveAMeanAndItsInterval) {
  const ReplicatedFigure figure = over_replicates(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_EQ(figure.used, 5u);
  EXPECT_EQ(figure.mean.value, 3);
  EXPECT_DOUBLE_EQ(figure.deviation, std::sqrt(2.5));
  const double half = 2.7764451051977934 * std::sqrt(2.5 / 5);
  EXPECT_NEAR(figure.mean.low, 3 - half, 1e-12);
  EXPECT_NEAR(figure.mean.high, 3 + half, 1e-12);
}

TEST(Replicates, AreLeftOutWhereUndefined) {
  const ReplicatedFigure figure = over_replicates(std::vector<double>{nan, 1, nan, 3});
  EXPECT_EQ(figure.used, 2u);
  EXPECT_EQ(figure.left_out, 2u);
  EXPECT_EQ(figure.mean.value, 2);
  EXPECT_NEAR(figure.mean.high, 2 + 12.706204736174694, 1e-9);
}

TEST(Replicates, NeedTwoForAnInterval) {
  const ReplicatedFigure one = over_replicates(std::vector<double>{7, nan});
  EXPECT_EQ(one.mean.value, 7);
  EXPECT_TRUE(std::isnan(one.mean.low) && std::isnan(one.mean.high) && std::isnan(one.deviation));
  const ReplicatedFigure none = over_replicates({});
  EXPECT_TRUE(std::isnan(none.mean.value) && std::isnan(none.mean.low));
  const ReplicatedFigure same = over_replicates(std::vector<double>{4, 4, 4});
  EXPECT_EQ(same.mean.low, 4);
  EXPECT_EQ(same.mean.high, 4);
}

// As of a median cycle that was not reached.
TEST(Replicates, TakeInfinities) {
  const ReplicatedFigure figure = over_replicates(std::vector<double>{1, infinity, 3});
  EXPECT_EQ(figure.mean.value, infinity);
  EXPECT_TRUE(std::isnan(figure.mean.low) && std::isnan(figure.mean.high));
}

// Of 4,000 samples of five normal variables; the binomial standard error is .005.
TEST(Replicates, IntervalsCoverTheMean) {
  int covered = 0;
  for (std::uint64_t sample = 0; sample < 4000; ++sample) {
    Random random(3, RandomStream::outcomes, sample);
    std::vector<double> values(5);
    for (double& x : values) x = 10 + 2 * draw_normal(random);
    const Interval mean = over_replicates(values, .9).mean;
    covered += mean.low <= 10 && 10 <= mean.high ? 1 : 0;
  }
  EXPECT_NEAR(covered / 4000., .9, .015);
}

TEST(Arms, AreComparedSeedBySeed) {
  const std::vector<double> a{11, 22, 30, nan, 50}, b{10, 20, 30, 1, 51};
  const ArmComparison comparison = compare_arms(a, b);  // 1, 2, 0, −, −1
  EXPECT_EQ(comparison.difference.used, 4u);
  EXPECT_EQ(comparison.difference.left_out, 1u);
  EXPECT_EQ(comparison.difference.mean.value, .5);
  EXPECT_EQ(comparison.above, .5);
  EXPECT_EQ(comparison.equal, .25);
}

TEST(Arms, CancelWhatTheyShare) {
  Random random(9, RandomStream::outcomes, 0);
  std::vector<double> a(10), b(10);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double world = 100 * draw_normal(random);
    a[i] = world + 1 + .1 * draw_normal(random);
    b[i] = world;
  }
  const ArmComparison comparison = compare_arms(a, b);
  EXPECT_GT(comparison.difference.mean.low, .8);
  EXPECT_EQ(comparison.above, 1);
  EXPECT_LT(over_replicates(a).mean.low, over_replicates(b).mean.high);
}

TEST(Arms, WithoutASharedFigureAreUndefined) {
  const ArmComparison comparison =
      compare_arms(std::vector<double>{nan, infinity}, std::vector<double>{1, infinity});
  EXPECT_EQ(comparison.difference.used, 0u);
  EXPECT_TRUE(std::isnan(comparison.above));
  EXPECT_FALSE(std::signbit(comparison.above));  // the same bits on every machine
  EXPECT_FALSE(std::signbit(comparison.equal));
  EXPECT_TRUE(std::isnan(comparison.difference.mean.value));
}

}  // namespace
}  // namespace rolecall::sim
