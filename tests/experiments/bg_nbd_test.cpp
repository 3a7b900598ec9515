#include "experiments/bg_nbd.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace rolecall::bg_nbd {
namespace {

constexpr std::array<BgNbd, 4> models{{cdnow,
                                       {.r = 2, .alpha = 10, .a = 1, .b = 1.5},
                                       {.r = 0.6, .alpha = 1.5, .a = 0.3, .b = 0.7},
                                       {.r = 1.3, .alpha = 30, .a = 3, .b = 12}}};

// The mean of f(λ, p) over customers, by the trapezoidal rule in log(λ) and logit(p), which
// converges faster than any power of the step: Trefethen & Weideman 2014, doi:10.1137/130932132.
double mean_over_customers(const BgNbd& model, const std::function<double(double, double)>& f) {
  const auto [r, alpha, a, b] = model.values();
  const double step = 0.1;
  const double log_gamma = r * std::log(alpha) - std::lgamma(r);
  const double log_beta = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
  double sum = 0;
  for (double y = -40 / std::min(r, 1.) - 5; y < 6; y += step) {
    const double rate = std::exp(y);
    const double rate_density = std::exp(log_gamma + r * y - alpha * rate);
    if (rate_density == 0) continue;
    for (double v = -40 / std::min(a, 1.); v < 40 / std::min(b, 1.); v += step) {
      const double p = 1 / (1 + std::exp(-v)), q = 1 / (1 + std::exp(v));
      sum += rate_density * std::exp(log_beta + a * std::log(p) + b * std::log(q)) * f(rate, p);
    }
  }
  return sum * step * step;
}

TEST(BgNbdLikelihood, IsTheMeanOverCustomers) {
  for (const BgNbd& model : models)
    for (const RepeatHistory& h :
         {RepeatHistory{0, 0, 30}, RepeatHistory{1, 0.4, 30}, RepeatHistory{2, 29, 30},
          RepeatHistory{7, 12.5, 39}, RepeatHistory{29, 38.7, 38.9}}) {
      const double likelihood = mean_over_customers(model, [&](double rate, double p) {
        const double buys = std::pow(rate * (1 - p), h.x) * std::exp(-rate * h.T);
        if (h.x == 0) return buys;
        return buys + p * std::pow(1 - p, h.x - 1.) * std::pow(rate, h.x) * std::exp(-rate * h.t_x);
      });
      EXPECT_NEAR(log_likelihood(model, std::span(&h, 1)), std::log(likelihood), 2e-9)
          << model.r << " x " << h.x;
    }
}

TEST(BgNbdLikelihood, HoldsWhereItsFactorsOverflow) {
  const RepeatHistory often{100'000, 20, 1000};
  EXPECT_TRUE(std::isfinite(log_likelihood(cdnow, std::span(&often, 1))));
  for (const double size : {1e-4, 1e5}) {
    const BgNbd model{size, size, size, size};
    EXPECT_TRUE(std::isfinite(log_likelihood(model, std::span(&often, 1))));
  }
  EXPECT_EQ(log_likelihood(cdnow, {}), 0);
}

TEST(BgNbdSimulation, IsAFunctionOfSeedAndCustomer) {
  const auto few = simulate(cdnow, {.customers = 100, .seed = 3});
  const auto many = simulate(cdnow, {.customers = 5000, .seed = 3});
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(few, simulate(cdnow, {.customers = 100, .seed = 4}));
}

TEST(BgNbdSimulation, MakesHistoriesOfTheWeeksAskedFor) {
  double sum = 0;
  for (const auto& [x, t_x, T] : simulate(cdnow, {.customers = 20'000, .seed = 3})) {
    EXPECT_TRUE(27 < T && T < 39 && 0 <= t_x && t_x <= T && (x > 0) == (t_x > 0));
    sum += T;
  }
  EXPECT_NEAR(sum / 20'000, 33, 3.29 * 12 / std::sqrt(12. * 20'000));
}

TEST(BgNbdSimulation, LeavesAsManyWithoutRepeatsAsTheModel) {
  const std::size_t n = 100'000;
  std::size_t none = 0;
  for (const auto& history :
       simulate(cdnow, {.customers = n, .shortest = 30, .longest = 30, .seed = 2}))
    none += history.x == 0;
  const double p = std::pow(cdnow.alpha / (cdnow.alpha + 30), cdnow.r);  // equation 8
  EXPECT_NEAR(double(none) / double(n), p, 3.29 * std::sqrt(p * (1 - p) / double(n)));
}

TEST(BgNbdExpectation, IsTheMeanOverCustomers) {
  for (const BgNbd& model : models)
    for (const double t : {0.01, 1., 39., 300.}) {
      const double mean = mean_over_customers(
          model, [&](double rate, double p) { return -std::expm1(-rate * p * t) / p; });
      EXPECT_NEAR(expected_transactions(model, t) / mean, 1, 1e-9) << model.r << " t " << t;
    }
}

TEST(BgNbdExpectation, IsThatOfThePaper) {
  // Equation 9, with Gauss's series for ₂F₁(r, b; a + b − 1; z).
  const auto [r, alpha, a, b] = cdnow.values();
  for (const double t : {0.5, 10., 39., 78.}) {
    const double z = t / (alpha + t), c = a + b - 1;
    double sum = 0, term = 1;
    for (double k = 0; k < 5000; ++k) {
      sum += term;
      term *= z * (r + k) * (b + k) / ((c + k) * (k + 1));
    }
    const double expected = c / (a - 1) * (1 - std::pow(1 - z, r) * sum);
    EXPECT_NEAR(expected_transactions(cdnow, t) / expected, 1, 1e-12) << t;
  }
}

TEST(BgNbdExpectation, IsThatOfSimulations) {
  const std::size_t n = 200'000;
  for (const BgNbd& model : models) {
    double sum = 0, squares = 0;
    for (const auto& history :
         simulate(model, {.customers = n, .shortest = 52, .longest = 52, .seed = 1})) {
      sum += history.x;
      squares += double(history.x) * history.x;
    }
    const double mean = sum / double(n);
    const double error = std::sqrt((squares / double(n) - mean * mean) / double(n));
    EXPECT_LT(std::abs(mean - expected_transactions(model, 52)), 3.29 * error) << model.r;
  }
}

TEST(BgNbdExpectation, HoldsAtItsEnds) {
  EXPECT_EQ(expected_transactions(cdnow, 0), 0);
  EXPECT_NEAR(expected_transactions(cdnow, 1e-9) / (1e-9 * cdnow.r / cdnow.alpha), 1, 1e-8);
  // With a above 1 the number is bounded: 1/p on average, over those who ever buy.
  const BgNbd leaving{.r = 1, .alpha = 1, .a = 3, .b = 2};
  EXPECT_NEAR(expected_transactions(leaving, 1e5), 2, 1e-3);
  EXPECT_THROW(expected_transactions(leaving, 2e5), InputError);
  EXPECT_THROW(expected_transactions(leaving, -1), InputError);
}

TEST(BgNbdFit, FindsTheParametersWithinTheirErrors) {
  std::size_t within_1 = 0, within_2 = 0, intervals = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto found = fit(simulate(cdnow, {.customers = 20'000, .seed = seed}));
    EXPECT_FALSE(found.at_bound);
    for (std::size_t i = 0; i < 4; ++i) {
      const double errors =
          std::abs(found.model.values()[i] - cdnow.values()[i]) / found.standard_error.values()[i];
      within_1 += errors < 1;
      within_2 += errors < 2;
      ++intervals;
    }
    RecordProperty("evaluations", static_cast<int>(found.evaluations));
  }
  RecordProperty("within_1", static_cast<int>(within_1));
  RecordProperty("within_2", static_cast<int>(within_2));
  EXPECT_EQ(intervals, 40u);
  EXPECT_GE(within_2, 34u);  // 38.2 expected
  EXPECT_GE(within_1, 18u);  // 27.3 expected
  EXPECT_LE(within_1, 36u);
}

TEST(BgNbdFit, HasTheSameBitsOnAnyNumberOfThreads) {
  const auto run = [](std::size_t threads) {
    const parallel::ThreadLimit limit(threads);
    return fit(simulate(cdnow, {.customers = 10'000, .seed = 6}));
  };
  const Fit one = run(1);
  for (const std::size_t threads : {2u, 3u, 8u}) {
    const Fit other = run(threads);
    EXPECT_EQ(other.model, one.model);
    EXPECT_EQ(other.log_likelihood, one.log_likelihood);
    EXPECT_EQ(other.standard_error, one.standard_error);
    EXPECT_EQ(other.log_covariance, one.log_covariance);
    EXPECT_EQ(other.evaluations, one.evaluations);
  }
}

TEST(BgNbdFit, IsATop) {
  const auto histories = simulate(models[3], {.customers = 5000, .seed = 2});
  const Fit top = fit(histories);
  EXPECT_EQ(top.log_likelihood, log_likelihood(top.model, histories));
  EXPECT_GE(top.log_likelihood, log_likelihood(models[3], histories));
  for (const double factor : {0.99, 0.9999, 1.0001, 1.01}) {
    for (double BgNbd::*parameter : {&BgNbd::r, &BgNbd::alpha, &BgNbd::a, &BgNbd::b}) {
      BgNbd other = top.model;
      other.*parameter *= factor;
      EXPECT_LE(log_likelihood(other, histories), top.log_likelihood + 1e-7);
    }
  }
}

TEST(BgNbdFit, TellsWhenNobodyLeaves) {
  // b a million times a: the data cannot tell a from 0.
  const BgNbd loyal{.r = 1, .alpha = 5, .a = 1e-3, .b = 1e3};
  const Fit found = fit(simulate(loyal, {.customers = 2000, .seed = 1}));
  EXPECT_NEAR(found.model.r, 1, 0.2);
  EXPECT_TRUE(found.at_bound);
}

TEST(BgNbdFit, RefusesWhatIsNoHistory) {
  const RepeatHistory good{1, 3, 10};
  for (const RepeatHistory& bad :
       {RepeatHistory{1, 11, 10}, RepeatHistory{1, -1, 10}, RepeatHistory{0, 3, 10},
        RepeatHistory{1, 0, 0}, RepeatHistory{1, NAN, 10}, RepeatHistory{1, 3, INFINITY}}) {
    const std::vector<RepeatHistory> histories{good, bad, bad};
    try {
      fit(histories);
      FAIL() << bad.t_x;
    } catch (const InputError& error) {
      ASSERT_EQ(error.total(), 2u);
      EXPECT_EQ(error.problems()[0].field, "histories[1]");
    }
  }
  EXPECT_THROW(fit(std::vector<RepeatHistory>(5, {0, 0, 10})), InputError);
  EXPECT_THROW(fit({}), InputError);
}

}  // namespace
}  // namespace rolecall::bg_nbd
