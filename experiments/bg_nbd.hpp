#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

// The BG/NBD model of repeat purchases: Fader, Hardie & Lee 2005, doi:10.1287/mksc.1040.0098. A
// customer buys at times of a Poisson process of rate λ [1/week] from the first purchase on, at
// time 0; after each repeat purchase, with chance p, never again. λ is gamma of shape r and rate
// alpha over customers, p is beta of a and b, and the two are independent.
namespace rolecall::bg_nbd {

struct BgNbd {
  double r = 0;
  double alpha = 0;  // [week]
  double a = 0;
  double b = 0;

  std::array<double, 4> values() const { return {r, alpha, a, b}; }
  bool operator==(const BgNbd&) const = default;
};

// Estimated from 2,357 customers of CDNOW, observed for 27 to 39 weeks: table 2 of the paper.
inline constexpr BgNbd cdnow{.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};

// What is known of one customer, in the letters of the paper.
struct RepeatHistory {
  std::uint32_t x = 0;  // repeat purchases, the first not counted
  double t_x = 0;       // [week] of the last repeat purchase; 0 when there is none
  double T = 0;         // [week] observed since the first purchase

  bool operator==(const RepeatHistory&) const = default;
};

// First purchases are spread evenly, so that customers are observed for shortest to longest weeks.
struct SimulationOptions {
  std::size_t customers = 2357;
  double shortest = 27;  // [week]
  double longest = 39;   // [week]
  std::uint64_t seed = 1;
};

// Customer i is a function of (model, shortest, longest, seed, i). Where a and b are so small that
// both of p's gamma variables underflow, p is 0 or 1 with the beta's mean.
std::vector<RepeatHistory> simulate(const BgNbd& model, const SimulationOptions& options);

// The natural logarithm of the likelihood of histories (equation 6 of the paper), relative error
// about 1e-15 of the sum of its terms' sizes. All four parameters above 0 and finite.
double log_likelihood(const BgNbd& model, std::span<const RepeatHistory> histories);

// The repeat purchases of a customer, of whom nothing is known, up to time t [week] ≥ 0 (equation 9
// of the paper, in a form without its poles at a = 1 and a + b = 1). Relative error below 1e-12;
// takes 60·(1 + t/alpha) steps; t/alpha at most 1e5, else InputError.
double expected_transactions(const BgNbd& model, double t);

struct Fit {
  BgNbd model{};  // the likeliest
  double log_likelihood = 0;
  // By the delta method, from the observed information; NaN where that is not positive definite, as
  // when the likeliest parameters lie at a bound.
  BgNbd standard_error{};
  // The inverse of the observed information: of log(r), log(alpha), log(a) and log(b).
  std::array<std::array<double, 4>, 4> log_covariance{};
  bool at_bound = false;  // a parameter is at 1e-4 or 1e5: the data do not tell it from 0 or ∞
  std::size_t evaluations = 0;  // of the likelihood
  std::string stopped = {};     // why the last search did
};

// Maximum likelihood in the logarithms of the parameters, within 1e-4 … 1e5 each: Nelder–Mead from
// several points, then quadratic models from the best of them. The same bits on any number of
// threads. Histories with 0 ≤ t_x ≤ T, T above 0 and finite, x at most 10^6, t_x = 0 without
// repeats, and one repeat at least, else InputError.
Fit fit(std::span<const RepeatHistory> histories);

}  // namespace rolecall::bg_nbd
