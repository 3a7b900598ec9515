#include "experiments/isotonic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

using Knots = std::vector<IsotonicCurve::Knot>;

Knots knots(const IsotonicCurve& curve) { return {curve.knots().begin(), curve.knots().end()}; }

TEST(Isotonic, PoolsViolators) {
  const std::vector<ScoreTally> tallies{{1, {0, 2}}, {2, {1, 1}}, {3, {1, 3}}, {4, {3, 0}}};
  EXPECT_EQ(knots(fit_isotonic(tallies)), (Knots{{1, 0}, {2, 2. / 6}, {3, 2. / 6}, {4, 1}}));
}

TEST(Isotonic, InterpolatesBetweenKnotsAndIsConstantBeyond) {
  const IsotonicCurve curve(Knots{{0, .25}, {1, .25}, {5, .75}});
  EXPECT_EQ(curve(-10), .25);
  EXPECT_EQ(curve(.5), .25);
  EXPECT_DOUBLE_EQ(curve(3), .5);
  EXPECT_EQ(curve(5), .75);
  EXPECT_EQ(curve(1e300), .75);
}

TEST(Isotonic, SurvivesTheEndsOfTheNumberLine) {
  constexpr double huge = std::numeric_limits<double>::max();
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  EXPECT_DOUBLE_EQ(IsotonicCurve(Knots{{-huge, 0}, {huge, 1}})(0), .5);
  EXPECT_DOUBLE_EQ(IsotonicCurve(Knots{{0, 0}, {2 * tiny, 1}})(tiny), .5);
}

// max over j ≤ i of min over k ≥ i of the mean of j … k: Barlow, Bartholomew, Bremner & Brunk 1972.
double minimax(const std::vector<ScoreTally>& tallies, std::size_t i) {
  double highest = 0;
  for (std::size_t j = 0; j <= i; ++j) {
    double lowest = 1;
    OutcomeTally sum;
    for (std::size_t k = j; k < tallies.size(); ++k) {
      sum += tallies[k].tally;
      if (k >= i)
        lowest = std::min(lowest, static_cast<double>(sum.won) / static_cast<double>(sum.groups()));
    }
    highest = std::max(highest, lowest);
  }
  return highest;
}

TEST(Isotonic, AgreesWithTheMinimaxFormula) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random = testing::test_random(seed);
    std::vector<ScoreTally> tallies(1 + random.below(40));
    double score = -7;
    for (ScoreTally& t : tallies) {
      t.score = score += 1 + static_cast<double>(random.below(3));
      t.tally.won = static_cast<std::int64_t>(random.below(4));
      t.tally.lost = static_cast<std::int64_t>(random.below(4)) + (t.tally.won == 0);
    }
    const IsotonicCurve curve = fit_isotonic(tallies);
    for (std::size_t i = 0; i < tallies.size(); ++i)
      EXPECT_DOUBLE_EQ(curve(tallies[i].score), minimax(tallies, i));
    double last = 0;
    for (double x = -8; x < score + 1; x += .37) {
      EXPECT_GE(curve(x), last);
      last = curve(x);
    }
  }
}

}  // namespace
}  // namespace rolecall
