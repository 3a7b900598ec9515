#include "experiments/logistic_regression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/samplers.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

struct Data {
  std::vector<std::vector<double>> column;
  std::vector<std::uint8_t> won;
  std::vector<std::uint32_t> cluster;

  LogisticFit fit(const LogisticOptions& options = {},
                  const std::vector<std::uint32_t>& weight = {}) const {
    const std::vector<std::span<const double>> columns(column.begin(), column.end());
    return fit_logistic(columns, won, cluster, options, weight);
  }
};

// Rows of `size` to a cluster, which have a part of each column in common and, each with chance ½,
// their luck; both leave the odds of a row what they are. Column j has the scale 1 + j.
Data simulate(std::uint64_t seed, std::size_t n, std::size_t size,
              const std::vector<double>& slopes, double intercept) {
  Random random = testing::test_random(seed);
  Data data{.column = std::vector<std::vector<double>>(slopes.size()), .won = {}, .cluster = {}};
  double shared = 0, shared_luck = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i % size == 0) {
      shared = draw_normal(random);
      shared_luck = random.uniform();
    }
    const double common = draw_normal(random);
    double log_odds = intercept;
    for (std::size_t j = 0; j < slopes.size(); ++j) {
      const double z = .5 * common + .6 * shared + draw_normal(random);
      data.column[j].push_back(3 + static_cast<double>(1 + j) * z);
      log_odds += slopes[j] * data.column[j].back();
    }
    const double luck = draw_chance(random, .5) ? random.uniform() : shared_luck;
    data.won.push_back(luck < 1 / (1 + std::exp(-log_odds)));
    data.cluster.push_back(static_cast<std::uint32_t>(5 + 7 * (i / size)));
  }
  return data;
}

double deviation(const std::vector<double>& x) {
  const auto n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.) / n;
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / n);
}

double log_odds_of(const Data& data, const LogisticFit& fit, std::size_t i) {
  double out = fit.intercept;
  for (std::size_t j = 0; j < data.column.size(); ++j)
    out += fit.coefficient[j] * data.column[j][i];
  return out;
}

// What is maximised, by the letter.
double objective(const Data& data, const LogisticFit& fit, double ridge) {
  double out = 0;
  for (std::size_t i = 0; i < data.won.size(); ++i) {
    const double x = log_odds_of(data, fit, i);
    out -= std::log1p(std::exp(data.won[i] ? -x : x));
  }
  for (std::size_t j = 0; j < data.column.size(); ++j)
    out -= ridge / 2 * std::pow(fit.coefficient[j] * deviation(data.column[j]), 2);
  return out;
}

// Its derivatives by the intercept and the coefficients of columns as given.
std::vector<double> gradient(const Data& data, const LogisticFit& fit, double ridge) {
  std::vector<double> out(data.column.size() + 1, 0);
  for (std::size_t i = 0; i < data.won.size(); ++i) {
    const double residual = data.won[i] - 1 / (1 + std::exp(-log_odds_of(data, fit, i)));
    out[0] += residual;
    for (std::size_t j = 0; j < data.column.size(); ++j) out[j + 1] += residual * data.column[j][i];
  }
  for (std::size_t j = 0; j < data.column.size(); ++j)
    out[j + 1] -= ridge * fit.coefficient[j] * std::pow(deviation(data.column[j]), 2);
  return out;
}

// The maximum by plain gradient ascent, one coordinate after another in small Newton steps of its
// own, cut off at 0 if asked.
LogisticFit climb_slowly(const Data& data, double ridge, bool non_negative) {
  LogisticFit fit;
  fit.coefficient.assign(data.column.size(), 0);
  for (int round = 0; round < 4000; ++round)
    for (std::size_t j = 0; j <= data.column.size(); ++j) {
      double slope = 0, bend = 0;
      for (std::size_t i = 0; i < data.won.size(); ++i) {
        const double p = 1 / (1 + std::exp(-log_odds_of(data, fit, i)));
        const double x = j == 0 ? 1 : data.column[j - 1][i] - 3;
        slope += (data.won[i] - p) * x;
        bend += p * (1 - p) * x * x;
      }
      if (j == 0) {
        fit.intercept += slope / bend;
        continue;
      }
      const double square = std::pow(deviation(data.column[j - 1]), 2);
      const double before = fit.coefficient[j - 1];
      double& b = fit.coefficient[j - 1];
      b += (slope - ridge * square * b) / (bend + ridge * square);
      if (non_negative) b = std::max(b, 0.);
      fit.intercept -= 3 * (b - before);  // turns about 3, the middle of the data
    }
  return fit;
}

TEST(Logistic, AgreesWithASlowClimb) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Data data = simulate(seed, 90, 3, {.4, -.2, .1, 0}, -1);
    const double ridge = seed % 3 == 0 ? 0 : 2;
    const bool non_negative = seed % 2 == 1;
    const LogisticFit fit = data.fit({.ridge = ridge, .non_negative = non_negative});
    const LogisticFit slow = climb_slowly(data, ridge, non_negative);
    EXPECT_TRUE(fit.converged);
    EXPECT_NEAR(fit.intercept, slow.intercept, 1e-7);
    for (std::size_t j = 0; j < fit.coefficient.size(); ++j)
      EXPECT_NEAR(fit.coefficient[j], slow.coefficient[j], 1e-8);
    EXPECT_NEAR(fit.log_likelihood, objective(data, fit, 0), 1e-10);
  }
}

// Adds to each column a part of others, of either sign: bounds that hold then loosen others.
void mix_columns(Data& data, std::uint64_t seed) {
  Random random = testing::test_random(seed);
  const std::size_t p = data.column.size();
  for (std::size_t j = 0; j < p; ++j) {
    const std::vector<double>& other = data.column[(j + 1 + random.below(p - 1)) % p];
    const double part = 4 * random.uniform() - 2;
    for (std::size_t i = 0; i < other.size(); ++i) data.column[j][i] += part * other[i];
  }
}

// At the constrained maximum the derivatives are a sum of the constraints that hold, each with a
// multiplier of 0 or more that pushes it into its bound (Kuhn & Tucker 1951).
TEST(Logistic, MeetsTheConditionsOfAMaximumUnderConstraints) {
  constexpr std::size_t chain = 5;
  std::size_t at_zero = 0, tied = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Data data = simulate(100 + seed, 200, 2, {.2, .1, 0, .1, -.1, .05, -.1, .2, 0, .1}, -1);
    mix_columns(data, seed);
    LogisticOptions options{.ridge = seed % 2 == 0 ? 0. : 1., .non_negative = seed % 3 != 0};
    for (std::size_t j = 0; j + 1 < data.column.size(); ++j)
      if (j % chain != chain - 1) options.ordered.emplace_back(j, j + 1);
    const LogisticFit fit = data.fit(options);
    ASSERT_TRUE(fit.converged) << seed;
    const std::vector<double> slope = gradient(data, fit, options.ridge);
    EXPECT_NEAR(slope[0], 0, 1e-7);
    for (std::size_t first = 0; first < data.column.size(); first += chain) {
      const auto b = std::span(fit.coefficient).subspan(first, chain);
      // Multipliers of b0 >= b1, b1 >= b2, …, and of the last >= 0, are sums of -slope so far.
      double sum = 0;
      for (std::size_t j = 0; j < chain; ++j) {
        sum += slope[first + j + 1];
        const bool last = j + 1 == chain;
        const double next = !last ? b[j + 1] : options.non_negative ? 0 : -INFINITY;
        EXPECT_GE(b[j], next);
        EXPECT_LE(sum, 1e-6) << seed << " " << j;
        if (b[j] > next) EXPECT_NEAR(sum, 0, 1e-6) << seed << " " << j;
        const bool held =
            (options.non_negative && b[j] == 0) || (j > 0 && b[j] == b[j - 1]) || b[j] == next;
        EXPECT_EQ(fit.at_bound[first + j], held) << seed << " " << j;
        at_zero += b[j] == 0;
        tied += j > 0 && b[j] == b[j - 1] && b[j] != 0;
      }
    }
  }
  EXPECT_GT(at_zero, 500u);
  EXPECT_GT(tied, 500u);
}

// Tied coefficients are one coefficient of the sum of their columns; those at 0 are not there.
TEST(Logistic, CovarianceTakesTheConstraintsThatHoldForGiven) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Data data = simulate(400 + seed, 600, 3, {.1, .3, -.3}, -1);
    const LogisticFit fit = data.fit({.non_negative = true, .ordered = {{0, 1}}});
    ASSERT_EQ(fit.coefficient[2], 0);
    ASSERT_EQ(fit.coefficient[0], fit.coefficient[1]);
    Data summed = data;
    for (std::size_t i = 0; i < summed.won.size(); ++i) summed.column[0][i] += summed.column[1][i];
    summed.column.resize(1);
    const LogisticFit free = summed.fit();
    EXPECT_NEAR(fit.coefficient[0], free.coefficient[0], 1e-9);
    for (const std::size_t k : {0u, 1u, 3u, 4u})
      EXPECT_NEAR(fit.covariance[k], free.covariance[0], 1e-10);
    for (const std::size_t k : {2u, 5u, 6u, 7u, 8u}) EXPECT_EQ(fit.covariance[k], 0);
  }
}

// One 0/1 column with single rows as clusters: with n1 rows and a share p1 won where x is 1, n0 and
// p0 where it is 0, the slope is the difference of the logits, and the sandwich is the sum of
// 1 / (n p (1 − p)) over both.
TEST(Logistic, ClosedFormOfOneIndicator) {
  Data data{.column = {{}}, .won = {}, .cluster = {}};
  const auto add = [&](double x, bool won, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      data.column[0].push_back(x);
      data.won.push_back(won);
      data.cluster.push_back(static_cast<std::uint32_t>(data.cluster.size()));
    }
  };
  add(1, true, 12), add(1, false, 28), add(0, true, 9), add(0, false, 51);
  const LogisticFit fit = data.fit();
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(fit.warnings.empty());
  EXPECT_NEAR(fit.coefficient[0], std::log(12. / 28) - std::log(9. / 51), 1e-12);
  EXPECT_NEAR(fit.intercept, std::log(9. / 51), 1e-12);
  const double variance = 1 / (40 * .3 * .7) + 1 / (60 * .15 * .85);
  EXPECT_NEAR(fit.covariance[0], variance * 100 / 99, 1e-12);
}

Data small_data() {
  Data data{.column = {{}, {}}, .won = {}, .cluster = {}};
  for (std::size_t i = 0; i < 40; ++i) {
    data.column[0].push_back(static_cast<double>(i * 37 % 23) / 10);
    data.column[1].push_back(static_cast<double>(i * i % 17) / 5);
    data.won.push_back(i * 29 % 41 < 8 + i * 37 % 23);
    data.cluster.push_back(static_cast<std::uint32_t>(i % 12));
  }
  return data;
}

// From statsmodels 0.14: Logit(won, add_constant(columns)).fit(method="newton", tol=1e-14), with
// cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False} times 12/11, and with
// cov_type="HC0" times 40/39, as clusters of single rows have it.
TEST(Logistic, AgreesWithStatsmodels) {
  Data data = small_data();
  const LogisticFit fit = data.fit();
  EXPECT_NEAR(fit.intercept, -1.3058201411830952, 1e-10);
  EXPECT_NEAR(fit.coefficient[0], 0.9660202413741534, 1e-10);
  EXPECT_NEAR(fit.coefficient[1], 0.0968644029406694, 1e-10);
  EXPECT_NEAR(fit.log_likelihood, -25.698945772845743, 1e-10);
  EXPECT_NEAR(fit.covariance[0], 0.22326188729670896, 1e-10);
  EXPECT_NEAR(fit.covariance[1], 0.00879338912816228, 1e-10);
  EXPECT_EQ(fit.covariance[1], fit.covariance[2]);
  EXPECT_NEAR(fit.covariance[3], 0.12749684422074434, 1e-10);
  std::iota(data.cluster.begin(), data.cluster.end(), 0u);
  const LogisticFit single = data.fit();
  EXPECT_EQ(single.coefficient, fit.coefficient);
  EXPECT_NEAR(single.covariance[0], 0.2976735471204532, 1e-10);
  EXPECT_NEAR(single.covariance[1], -0.01045387316981085, 1e-10);
  EXPECT_NEAR(single.covariance[3], 0.10085813819736132, 1e-10);
}

// The jackknife by its letter: a fit without each cluster. The one step falls short of that in the
// second order.
TEST(Logistic, JackknifeErrorsAreThoseOfLeavingClustersOut) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Data data = simulate(300 + seed, 400, 8, {.3, -.2}, -.5);
    LogisticOptions options;
    options.errors = ClusterErrors::jackknife;
    const LogisticFit fit = data.fit(options);
    std::vector<double> variance(2, 0);
    const double clusters = 400. / 8;
    for (std::size_t c = 0; c < 400 / 8; ++c) {
      std::vector<std::uint32_t> weight(400, 1);
      std::fill_n(weight.begin() + static_cast<std::ptrdiff_t>(8 * c), 8, 0u);
      const LogisticFit without = data.fit({}, weight);
      for (std::size_t j = 0; j < 2; ++j)
        variance[j] +=
            std::pow(without.coefficient[j] - fit.coefficient[j], 2) * (clusters - 1) / clusters;
    }
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(fit.covariance[3 * j] / variance[j], 1, .12) << seed;
      EXPECT_GT(fit.covariance[3 * j], data.fit().covariance[3 * j]) << "never below the sandwich";
    }
  }
}

TEST(Logistic, WeightsAreRepeatedRows) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Data data = simulate(700 + seed, 150, 3, {.3, .2, -.2}, -1);
    Random random = testing::test_random(900 + seed);
    std::vector<std::uint32_t> weight;
    Data copies{.column = std::vector<std::vector<double>>(3), .won = {}, .cluster = {}};
    for (std::size_t i = 0; i < data.won.size(); ++i) {
      weight.push_back(static_cast<std::uint32_t>(random.below(4)));
      for (std::uint32_t k = 0; k < weight[i]; ++k) {
        for (std::size_t j = 0; j < 3; ++j) copies.column[j].push_back(data.column[j][i]);
        copies.won.push_back(data.won[i]);
        copies.cluster.push_back(data.cluster[i]);
      }
    }
    const LogisticOptions options{.ridge = 1, .non_negative = seed % 2 == 0};
    const LogisticFit weighted = data.fit(options, weight), repeated = copies.fit(options);
    EXPECT_NEAR(weighted.intercept, repeated.intercept, 1e-12);
    EXPECT_NEAR(weighted.log_likelihood, repeated.log_likelihood, 1e-10);
    EXPECT_EQ(weighted.at_bound, repeated.at_bound);
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(weighted.coefficient[j], repeated.coefficient[j], 1e-12);
    for (std::size_t k = 0; k < 9; ++k)
      EXPECT_NEAR(weighted.covariance[k], repeated.covariance[k], 1e-12);
  }
}

TEST(Logistic, SeparationEndsWithAWarning) {
  Data complete{.column = {{}}, .won = {}, .cluster = {}};
  for (std::size_t i = 0; i < 50; ++i) {
    complete.column[0].push_back(static_cast<double>(i));
    complete.won.push_back(i >= 20);
    complete.cluster.push_back(static_cast<std::uint32_t>(i));
  }
  // A rare column that occurs in won rows only: separated in part.
  Data partial = simulate(3, 3000, 1, {.3}, -1);
  partial.column.emplace_back(3000, 0.);
  for (std::size_t i = 0, found = 0; found < 5; ++i)
    if (partial.won[i]) partial.column[1][i] = 1, ++found;
  for (const Data& data : {complete, partial}) {
    const LogisticFit fit = data.fit();
    EXPECT_FALSE(fit.converged);
    EXPECT_LT(fit.iterations, 60);
    ASSERT_EQ(fit.warnings.size(), 1u);
    EXPECT_NE(fit.warnings[0].find("separate"), std::string::npos);
    for (const double b : fit.coefficient) EXPECT_TRUE(std::isfinite(b));
    for (const double ridge : {1e-6, 1.}) {
      const LogisticFit bounded = data.fit({.ridge = ridge});
      EXPECT_TRUE(bounded.converged);
      EXPECT_TRUE(bounded.warnings.empty());
    }
  }
}

TEST(Logistic, OneKindOfOutcomeIsNothingToFit) {
  Data data = simulate(4, 30, 1, {.3}, 0);
  std::ranges::fill(data.won, 1);
  const LogisticFit fit = data.fit({.ridge = 1});
  EXPECT_FALSE(fit.converged);
  EXPECT_EQ(fit.coefficient, std::vector<double>{0});
  EXPECT_EQ(fit.warnings.size(), 1u);
}

TEST(Logistic, ConstantColumnsHaveNoSay) {
  Data data = simulate(5, 500, 1, {-.1, 0, .3}, -1);
  std::ranges::fill(data.column[1], .1);
  // The order goes through the constant column: 0 >= 2.
  const LogisticFit fit = data.fit({.ordered = {{0, 1}, {1, 2}}});
  Data without = data;
  without.column.erase(without.column.begin() + 1);
  const LogisticFit other = without.fit({.ordered = {{0, 1}}});
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.constant, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(fit.warnings.size(), 1u);
  EXPECT_EQ(fit.coefficient[1], 0);
  EXPECT_EQ(fit.coefficient[0], fit.coefficient[2]);
  EXPECT_NEAR(fit.coefficient[0], other.coefficient[0], 1e-12);
  EXPECT_NEAR(fit.covariance[0], other.covariance[0], 1e-12);
  EXPECT_EQ(fit.covariance[4], 0);
}

TEST(Logistic, RepeatedColumnsShareTheirCoefficientAndWarn) {
  Data data = simulate(6, 500, 1, {.3, .1}, -1);
  data.column.push_back(data.column[0]);
  const LogisticFit fit = data.fit();
  const LogisticFit once = simulate(6, 500, 1, {.3, .1}, -1).fit();
  EXPECT_TRUE(fit.converged);
  ASSERT_EQ(fit.warnings.size(), 1u);
  EXPECT_NEAR(fit.coefficient[0] + fit.coefficient[2], once.coefficient[0], 1e-6);
  EXPECT_NEAR(fit.coefficient[0], fit.coefficient[2], 1e-6);
}

TEST(Logistic, OneClusterGivesNoErrors) {
  Data data = simulate(7, 50, 1, {.3}, -1);
  std::ranges::fill(data.cluster, 1u);
  const LogisticFit fit = data.fit();
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(std::isnan(fit.covariance[0]));
  EXPECT_FALSE(fit.warnings.empty());
}

// 2,000 simulations know a coverage to half a percentage point.
TEST(Logistic, IntervalsCoverTheTruth) {
  constexpr std::size_t simulations = 2000;
  const std::vector<double> truth{.6, .2};
  std::size_t covered = 0, share_covered = 0;
  for (std::size_t s = 0; s < simulations; ++s) {
    const LogisticFit fit = simulate(5000 + s, 400, 4, truth, -3).fit();
    covered += std::abs(fit.coefficient[0] - truth[0]) < 1.96 * std::sqrt(fit.covariance[0]);
    const ShareEstimate shares = shares_of(fit);
    share_covered += std::abs(shares.share[0] - .75) < 1.96 * shares.standard_error[0];
  }
  for (const std::size_t hits : {covered, share_covered}) {
    EXPECT_GE(hits, simulations * 92 / 100);
    EXPECT_LE(hits, simulations * 97 / 100);
  }
}

// Each cluster is one row four times over, which adds nothing: 100 clusters know what 100 rows do.
TEST(Logistic, RepeatsWithinAClusterAddNoKnowledge) {
  const Data data = simulate(8, 400, 1, {.5, .2}, -2);
  Data copies = data;
  for (int k = 0; k < 3; ++k) {
    for (std::size_t j = 0; j < 2; ++j)
      copies.column[j].insert(copies.column[j].end(), data.column[j].begin(), data.column[j].end());
    copies.won.insert(copies.won.end(), data.won.begin(), data.won.end());
    copies.cluster.insert(copies.cluster.end(), data.cluster.begin(), data.cluster.end());
  }
  const LogisticFit once = data.fit(), often = copies.fit();
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(once.covariance[k], often.covariance[k], 1e-10);
}

TEST(Logistic, SameBitsForAnyNumberOfThreads) {
  const Data data = simulate(9, 20'000, 4, {.2, .1, -.1, 0, .05, .1}, -1);
  const LogisticOptions options{.ridge = 1, .non_negative = true, .ordered = {{0, 1}, {4, 5}}};
  std::vector<LogisticFit> fits;
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const parallel::ThreadLimit limit(threads);
    fits.push_back(data.fit(options));
  }
  for (const LogisticFit& fit : fits) {
    EXPECT_EQ(fit.intercept, fits[0].intercept);
    EXPECT_EQ(fit.coefficient, fits[0].coefficient);
    EXPECT_EQ(fit.covariance, fits[0].covariance);
    EXPECT_EQ(fit.log_likelihood, fits[0].log_likelihood);
  }
}

TEST(CoefficientShares, ErrorsAreThoseOfTheDerivative) {
  LogisticFit fit;
  fit.coefficient = {.5, 1.5, 0};
  fit.covariance = {.04, .01, 0, .01, .09, 0, 0, 0, 0};
  const ShareEstimate shares = shares_of(fit);
  EXPECT_EQ(shares.share, (std::vector<double>{.25, .75, 0}));
  // By b0: .75 / 2, by b1: -.25 / 2.
  const double variance = .375 * .375 * .04 - 2 * .375 * .125 * .01 + .125 * .125 * .09;
  EXPECT_NEAR(shares.standard_error[0], std::sqrt(variance), 1e-15);
  EXPECT_NEAR(shares.standard_error[1], std::sqrt(variance), 1e-15);
  EXPECT_EQ(shares.standard_error[2], 0);
}

TEST(CoefficientShares, OfNothingAreUnknown) {
  LogisticFit fit;
  fit.coefficient = {0, 0};
  fit.covariance.assign(4, 0);
  EXPECT_TRUE(std::isnan(shares_of(fit).share[0]));
}

}  // namespace
}  // namespace rolecall
