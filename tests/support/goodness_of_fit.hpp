#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <vector>

// Whether draws are of a law: tests at the 99.9 % point. Seeds are fixed, so that one that passes
// passes for ever.
namespace rolecall::testing {

// Kolmogorov–Smirnov: the draws are of the continuous distribution function, at the 99.9 % point.
inline void expect_distribution(std::vector<double> draws,
                                const std::function<double(double)>& below) {
  std::ranges::sort(draws);
  const auto n = static_cast<double>(draws.size());
  double distance = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double p = below(draws[i]);
    const auto rank = static_cast<double>(i);
    distance = std::max({distance, p - rank / n, (rank + 1) / n - p});
  }
  EXPECT_LT(distance * std::sqrt(n), 1.9495);
}

// The mean and the variance, each within the 99.9 % point of the normal distribution. The kurtosis
// is E(x − mean)⁴ / variance².
inline void expect_moments(const std::vector<double>& draws, double mean, double variance,
                           double kurtosis) {
  const auto n = static_cast<double>(draws.size());
  double sum = 0;
  double squares = 0;
  for (const double x : draws) {
    sum += x - mean;
    squares += (x - mean) * (x - mean);
  }
  EXPECT_LT(std::abs(sum / n), 3.2905 * std::sqrt(variance / n));
  EXPECT_LT(std::abs(squares / n - variance), 3.2905 * variance * std::sqrt((kurtosis - 1) / n));
}

// Pearson's test that counts are of probabilities, at the 99.9 % point of χ² by Wilson & Hilferty
// 1931, doi:10.1073/pnas.17.12.684. Neighbours are joined until ten draws are expected.
inline void expect_counts(const std::vector<double>& counts,
                          const std::vector<double>& probabilities) {
  const double n = std::accumulate(counts.begin(), counts.end(), 0.);
  double chi_squared = 0;
  double cells = 0;
  double count = 0;
  double expected = 0;
  double rest = n;  // expected in the cells to come
  for (std::size_t i = 0; i < counts.size(); ++i) {
    count += counts[i];
    expected += n * probabilities[i];
    if (i + 1 < counts.size() && (expected < 10 || rest - expected < 10)) continue;
    if (i + 1 == counts.size()) expected = rest;
    if (expected <= 0) {
      EXPECT_EQ(count, 0);
      continue;
    }
    chi_squared += (count - expected) * (count - expected) / expected;
    rest -= expected;
    cells += 1;
    count = expected = 0;
  }
  ASSERT_GT(cells, 1);
  const double ninths = 2 / (9 * (cells - 1));
  EXPECT_LT(chi_squared, (cells - 1) * std::pow(1 - ninths + 3.0902 * std::sqrt(ninths), 3));
}

// The regularized lower incomplete gamma function, by its series.
inline double gamma_below(double shape, double x) {
  double term = 1 / shape;
  double sum = term;
  for (double n = 1; term > sum * 1e-17; ++n) sum += term *= x / (shape + n);
  return sum * std::exp(shape * std::log(x) - x - std::lgamma(shape));
}

inline double normal_below(double x) { return std::erfc(-x / std::sqrt(2.)) / 2; }

}  // namespace rolecall::testing
