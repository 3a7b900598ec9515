#include "sim/measures/veto.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"

namespace rolecall::sim {
namespace {

const std::vector<SizeShare> published{{1, .81}, {2, .55}, {3, .60}, {6, .31}};  // DOMAIN §7

TEST(Veto, IsFoundAgain) {
  for (const double base : {.2, .81, 1.}) {
    for (const double veto : {0., .05, .165, .5, .9375, 1.}) {
      std::vector<SizeShare> points;
      for (const double n : {1, 2, 3, 6}) points.push_back({n, veto_curve(base, veto, n)});
      const VetoFit fit = fit_veto(points);
      EXPECT_NEAR(fit.base, base, 1e-9);
      EXPECT_NEAR(fit.veto, veto, 1e-9);
      EXPECT_NEAR(fit.rmse, 0, 1e-9);
    }
  }
}

// scipy 1.17: optimize.least_squares over both parameters, tolerances 1e-15.
TEST(Veto, OfThePublishedSharesAgreesWithScipy) {
  const VetoFit fit = fit_veto(published);
  EXPECT_NEAR(fit.base, 0.7724074114189131, 1e-7);
  EXPECT_NEAR(fit.veto, 0.16512216762197576, 1e-7);
  EXPECT_NEAR(fit.rmse, 0.05962409282117302, 1e-12);
  const double residuals[] = {0.03759258858108694, -0.09486582535814292, 0.06161581755032797,
                              -0.003300495339730647};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(fit.residuals[i], residuals[i], 1e-7);
}

TEST(Veto, WeighsByPurchases) {
  std::vector<SizeShare> weighted = published;
  const double weights[] = {400, 300, 200, 100};
  for (std::size_t i = 0; i < 4; ++i) weighted[i].weight = weights[i];
  const VetoFit fit = fit_veto(weighted);
  EXPECT_NEAR(fit.base, 0.7795311074276093, 1e-7);
  EXPECT_NEAR(fit.veto, 0.17716548142745225, 1e-7);
  EXPECT_NEAR(fit.rmse, 0.06282796075735958, 1e-12);
  std::vector<SizeShare> repeated;
  for (std::size_t i = 0; i < 4; ++i)
    for (int k = 0; k < weights[i] / 100; ++k) repeated.push_back(published[i]);
  EXPECT_NEAR(fit_veto(repeated).veto, fit.veto, 1e-7);
  EXPECT_NEAR(fit_veto(repeated).rmse, fit.rmse, 1e-12);
}

// From 2 to 3 people the share rises by .05; of the four squares two have at least .05²/2 together.
TEST(Veto, CannotRise) {
  const VetoFit fit = fit_veto(published);
  EXPECT_GE(fit.residuals[2] - fit.residuals[1], .05);
  EXPECT_GE(fit.rmse, std::sqrt(.05 * .05 / 2 / 4));
  const VetoFit rising = fit_veto(std::vector<SizeShare>{{1, .2}, {2, .4}, {3, .6}});
  EXPECT_EQ(rising.veto, 0);
  EXPECT_DOUBLE_EQ(rising.base, .4);
}

// The sum has valleys at .019 and, .61 higher, at .19, where a section of the whole range ends:
// both from a grid of 4,001 in numpy.
TEST(Veto, LiesInTheDeepestValley) {
  const VetoFit fit =
      fit_veto(std::vector<SizeShare>{{1, .9, 20}, {4, .6, 20}, {8, 0, 10}, {50, .3, 50}});
  EXPECT_NEAR(fit.veto, .01875, 2.5e-4);
  EXPECT_NEAR(fit.rmse * fit.rmse * 100, 4.5808, 1e-4);
}

TEST(Veto, CutsTheBase) {
  const VetoFit fit = fit_veto(std::vector<SizeShare>{{2, .9}, {4, .3}});  // free, base is 1.56
  EXPECT_EQ(fit.base, 1);
  EXPECT_NEAR(fit.residuals[0], .9 - (1 - fit.veto), 1e-15);
}

TEST(Veto, NeedsTwoSizes) {
  for (const auto& points :
       {std::vector<SizeShare>{}, {{3, .5}}, {{3, .5}, {3, .7}}, {{1, .8}, {2, .5, 0}}}) {
    const VetoFit fit = fit_veto(points);
    EXPECT_TRUE(std::isnan(fit.base) && std::isnan(fit.veto) && std::isnan(fit.rmse));
    EXPECT_EQ(fit.residuals.size(), points.size());
  }
}

// No place of a grid over both parameters is better, whatever the points.
TEST(Veto, IsTheLeastOverAGrid) {
  for (std::uint64_t sample = 0; sample < 40; ++sample) {
    Random random(17, RandomStream::outcomes, sample);
    std::vector<SizeShare> points(2 + random.below(5));
    for (SizeShare& p : points)
      p = {1. + static_cast<double>(random.below(12)), random.uniform(), 10 * random.uniform()};
    const VetoFit fit = fit_veto(points);
    if (std::isnan(fit.veto)) continue;  // all of one size
    double weight = 0;
    for (const SizeShare& p : points) weight += p.weight;
    for (double base = 0; base <= 1; base += .01) {
      for (double veto = 0; veto <= 1; veto += .01) {
        double sum = 0;
        for (const SizeShare& p : points)
          sum += p.weight * std::pow(p.share - veto_curve(base, veto, p.size), 2);
        ASSERT_LE(fit.rmse, std::sqrt(sum / weight) + 1e-12) << sample;
      }
    }
  }
}

}  // namespace
}  // namespace rolecall::sim
