#include "experiments/bg_nbd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::bg_nbd {
namespace {

// Part of what a sum is, so of its bits: at 60 ns a customer, 0.1 ms of work.
constexpr std::size_t grain = 2048;

RepeatHistory simulate_customer(const BgNbd& model, const SimulationOptions& options,
                                std::size_t i) {
  Random random(options.seed, RandomStream::purchases, i);
  RepeatHistory history;
  history.T = options.shortest + (options.longest - options.shortest) * random.uniform();
  const double mean_gap = model.alpha / draw_gamma(random, model.r);  // may be infinite
  const double stays = draw_gamma(random, model.b);
  const double leaves = draw_gamma(random, model.a);
  const double p = stays + leaves > 0 ? leaves / (stays + leaves)
                                      : draw_chance(random, model.a / (model.a + model.b));
  double time = 0;
  for (;;) {
    time += draw_exponential(random, mean_gap);
    if (time > history.T) return history;
    ++history.x;
    history.t_x = time;
    if (draw_chance(random, p)) return history;
  }
}

// log(Γ(r + x)/Γ(r) · B(a, b + x)/B(a, b)) = Σ log((r + i)·(b + i)/(a + b + i)) over i < x, for x
// from 0 to `most`.
std::vector<double> log_of_counts(const BgNbd& model, std::uint32_t most) {
  std::vector<double> sums(most + std::size_t{1});
  for (std::uint32_t i = 0; i < most; ++i)
    sums[i + 1] = sums[i] + portable_log((model.r + i) * ((model.b + i) / (model.a + model.b + i)));
  return sums;
}

// log(1 + e^x)
double softplus(double x) {
  return x > 0 ? x + portable_log1p(portable_exp(-x)) : portable_log1p(portable_exp(x));
}

// The likelihood of (x, t_x, T) is that of a customer who has not left, and for x > 0 in addition
// that of one who left at t_x, which is e^s times as large:
//   Γ(r + x)/Γ(r) · B(a, b + x)/B(a, b) · alpha^r/(alpha + T)^(r + x) · (1 + e^s),
//   e^s = a/(b + x − 1) · ((alpha + T)/(alpha + t_x))^(r + x).
double log_likelihood_of(const BgNbd& model, const RepeatHistory& history,
                         std::span<const double> log_of_counts) {
  const auto x = static_cast<double>(history.x);
  const double stays = -model.r * portable_log1p(history.T / model.alpha);
  if (history.x == 0) return stays;
  const double left =
      portable_log(model.a / (model.b + x - 1)) +
      (model.r + x) * portable_log1p((history.T - history.t_x) / (model.alpha + history.t_x));
  return log_of_counts[history.x] + stays - x * portable_log(model.alpha + history.T) +
         softplus(left);
}

}  // namespace

std::vector<RepeatHistory> simulate(const BgNbd& model, const SimulationOptions& options) {
  assert(0 < options.shortest && options.shortest <= options.longest);
  std::vector<RepeatHistory> histories(options.customers);
  parallel::for_blocks(histories.size(), grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) histories[i] = simulate_customer(model, options, i);
  });
  return histories;
}

double log_likelihood(const BgNbd& model, std::span<const RepeatHistory> histories) {
  std::uint32_t most = 0;
  for (const RepeatHistory& history : histories) most = std::max(most, history.x);
  const std::vector<double> counts = log_of_counts(model, most);
  std::vector<double> sums(parallel::block_count(histories.size(), grain));
  parallel::for_blocks(histories.size(), grain, [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += log_likelihood_of(model, histories[i], counts);
    sums[begin / grain] = sum;
  });
  return std::accumulate(sums.begin(), sums.end(), 0.);
}

// Given λ and p, a customer makes (1 − e^(-λpt))/p repeat purchases on average, of which the mean
// over λ and p is, with the derivative by time integrated again,
//   r/alpha · ∫ ₂F₁(r + 1, a; a + b; -s/alpha) ds over s from 0 to t.
// Pfaff's transformation (DLMF 15.8.1) to w = s/(alpha + s) gives a series of positive terms that
// converges for every t: with z = t/(alpha + t),
//   r · ∫ (1 − w)^(r − 1) · ₂F₁(r + 1, b; a + b; w) dw over w from 0 to z
//   = r · Σ f_k·I_k,  f_k = (r + 1)_k·(b)_k / ((a + b)_k·k!),  I_k = ∫ w^k·(1 − w)^(r − 1) dw.
// By parts, J_k = I_k / z^(k + 1) obeys J_(k − 1) = ((k + r)·z·J_k + (1 − z)^r)/k, which adds
// positive terms only and forgets where it began.
double expected_transactions(const BgNbd& model, double t) {
  const auto [r, alpha, a, b] = model.values();
  if (!(t >= 0 && t <= 1e5 * alpha))
    throw InputError({.field = "t",
                      .value = fmt::format("{}", t),
                      .what = fmt::format("is not from 0 to 100,000 times alpha, {}", alpha),
                      .remedy = "Ask for a shorter time."});
  if (t == 0) return 0;
  const double z = t / (alpha + t);
  const double survives = portable_pow(alpha / (alpha + t), r);  // (1 − z)^r

  // Terms to 1e-20 of the largest. They fall at least as z^k does, but for a power of k.
  std::vector<double> terms;  // f_k·z^(k + 1)
  double largest = 0;
  for (double k = 0, term = z; k < 100 || term > 1e-20 * largest; ++k) {
    terms.push_back(term);
    largest = std::max(largest, term);
    term *= z * ((r + 1 + k) / (k + 1)) * ((b + k) / (a + b + k));
  }
  double k = static_cast<double>(terms.size());
  // J at the end, where it hardly changes from one k to the next.
  double integral = survives / std::max(k * (1 - z) - r * z, 1.);
  double sum = 0;
  for (; k > 0; --k) {
    integral = ((k + r) * z * integral + survives) / k;
    sum += terms[static_cast<std::size_t>(k) - 1] * integral;
  }
  return r * sum;
}

}  // namespace rolecall::bg_nbd
