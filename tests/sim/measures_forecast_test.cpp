#include "sim/measures/forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::sim {
namespace {

const std::vector<DealOnDay> closed{{0, 5, 1, true},  {0, 40, 1, false}, {0, 50, 1, false},
                                    {1, 10, 1, true}, {1, 70, 1, true},  {1, 90, 1, {}}};

TEST(WinRates, AreLearntByStage) {
  const WinRates rates(closed, 3);
  EXPECT_DOUBLE_EQ(rates.rate(0, 0), 2. / 5);  // 1 of 3, and Beta(1, 1)
  EXPECT_DOUBLE_EQ(rates.rate(1, 0), 3. / 4);  // 2 of 2; the open one says nothing
  EXPECT_DOUBLE_EQ(rates.rate(2, 0), 1. / 2);
  EXPECT_DOUBLE_EQ(rates.variance(0, 0), 2. * 3 / (25 * 6));
  EXPECT_DOUBLE_EQ(rates.variance(2, 0), 1. / 12);  // of a uniform variable
}

TEST(WinRates, TakeAPrior) {
  const WinRates jeffreys(closed, 3, {}, {.5, .5});
  EXPECT_DOUBLE_EQ(jeffreys.rate(0, 0), 1.5 / 4);
  EXPECT_DOUBLE_EQ(jeffreys.rate(2, 0), .5);
}

TEST(WinRates, PartByAge) {
  const WinRates rates(closed, 2, {40, 60});
  EXPECT_EQ(rates.cells(), 6u);
  EXPECT_DOUBLE_EQ(rates.rate(0, 39.9), 2. / 3);
  EXPECT_DOUBLE_EQ(rates.rate(0, 40), 1. / 4);
  EXPECT_DOUBLE_EQ(rates.rate(0, 60), 1. / 2);
  EXPECT_DOUBLE_EQ(rates.rate(1, 1e6), 2. / 3);
}

TEST(Forecast, AddsUpOpenDeals) {
  const WinRates rates(closed, 3);
  const std::vector<DealOnDay> open{
      {0, 1, 100, true}, {0, 2, 300, false}, {1, 3, 200, {}}, {2, 3, 40, true}};
  const Forecast day = forecast(rates, open);
  EXPECT_EQ(day.deals, 4u);
  EXPECT_EQ(day.undecided, 1u);
  EXPECT_DOUBLE_EQ(day.open.mean, .4 * 400 + .75 * 200 + .5 * 40);
  EXPECT_DOUBLE_EQ(day.decided.mean, .4 * 400 + .5 * 40);
  EXPECT_EQ(day.realised, 140);
  const double first = .24 * (100. * 100 + 300. * 300), last = .25 * 40 * 40;
  EXPECT_DOUBLE_EQ(day.decided.deviation, std::sqrt(first + last));
  EXPECT_DOUBLE_EQ(day.open.deviation, std::sqrt(first + last + .1875 * 200 * 200));
  // The two of stage 0 share a rate: Var(rate)·2·100·300 on top; a single deal has nothing to
  // share.
  EXPECT_DOUBLE_EQ(day.decided.deviation_learnt,
                   std::sqrt(first + last + 2. * 3 / (25 * 6) * 2 * 100 * 300));
}

TEST(Forecast, OfNothingIsNothing) {
  const Forecast day = forecast(WinRates({}, 1), {});
  EXPECT_EQ(day.open.mean, 0);
  EXPECT_EQ(day.open.deviation_learnt, 0);
  const ForecastQuality quality = judge_forecasts(std::vector<Forecast>{day});
  EXPECT_EQ(quality.days, 0u);
  EXPECT_EQ(quality.left_out, 1u);
  EXPECT_TRUE(std::isnan(quality.calibration));
  EXPECT_TRUE(std::isnan(quality.coverage));
  EXPECT_FALSE(std::signbit(quality.coverage));  // the same bits on every machine
  EXPECT_FALSE(std::signbit(quality.coverage_learnt));
}

TEST(Forecast, IsHeldAgainstWhatHappened) {
  const auto day = [](double mean, double realised) {
    return Forecast{.deals = 1, .decided = {mean, 10, 20}, .realised = realised};
  };
  // z of 90 % is 1.645: within 16.4 of the mean, or 32.9.
  const std::vector<Forecast> days{day(100, 116), day(100, 84), day(100, 117), day(100, 133)};
  const ForecastQuality quality = judge_forecasts(days);
  EXPECT_EQ(quality.days, 4u);
  EXPECT_DOUBLE_EQ(quality.calibration, 450. / 400);
  EXPECT_EQ(quality.coverage, .5);
  EXPECT_EQ(quality.coverage_learnt, .75);
  EXPECT_EQ(judge_forecasts(days, .99).coverage, .75);  // 25.8
}

// Runs with rates of their own, learnt from some deals of each stage.
ForecastQuality simulated(std::size_t learnt_from) {
  std::vector<Forecast> runs;
  for (std::uint64_t run = 0; run < 1500; ++run) {
    Random random(23, RandomStream::outcomes, run);
    const auto draw = [&](std::size_t stage, double rate) {
      return DealOnDay{stage, 0, draw_log_normal(random, 100, .5), draw_chance(random, rate)};
    };
    std::vector<DealOnDay> past, open;
    for (std::size_t stage = 0; stage < 4; ++stage) {
      const double rate = random.uniform();
      for (std::size_t i = 0; i < learnt_from; ++i) past.push_back(draw(stage, rate));
      for (std::size_t i = 0; i < 30; ++i) open.push_back(draw(stage, rate));
    }
    runs.push_back(forecast(WinRates(past, 4), open));
  }
  return judge_forecasts(runs);
}

// The binomial standard error of the coverage is .008, that of the calibration below .003.
TEST(Forecast, CoversWhatIsDrawn) {
  const ForecastQuality many = simulated(1000);
  EXPECT_NEAR(many.calibration, 1, .01);
  EXPECT_NEAR(many.coverage, .9, .025);
  EXPECT_NEAR(many.coverage_learnt, .9, .025);
  // From 20 deals a stage rates are rough, which only the second deviation knows.
  const ForecastQuality few = simulated(20);
  EXPECT_NEAR(few.calibration, 1, .015);
  EXPECT_LT(few.coverage, .8);
  EXPECT_NEAR(few.coverage_learnt, .9, .025);
}

}  // namespace
}  // namespace rolecall::sim
