#include "core/samplers.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/portable_math.hpp"

namespace rolecall {
namespace {

// Marsaglia & Tsang's method for a shape of 1 or more.
double draw_gamma_from_1(Random& random, double shape) {
  const double d = shape - 1. / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double z = draw_normal(random);
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = random.uniform();
    const double z2 = z * z;
    if (u < 1 - 0.0331 * z2 * z2) return d * v;  // below the bound: most trials need no logarithm
    if (portable_log(u) < z2 / 2 + d * (1 - v + portable_log(v))) return d * v;
  }
}

// poisson_quantile(p, mean), where `none` is e^-mean.
std::uint64_t search_poisson(double p, double mean, double none) {
  double chance = none;
  double below = none;
  double k = 0;
  while (p > below) {
    const double next_chance = chance * (mean / (k + 1));
    if (below + next_chance == below) break;  // rounding keeps the sum below p for ever
    chance = next_chance;
    below += chance;
    k += 1;
  }
  return static_cast<std::uint64_t>(k);
}

}  // namespace

double draw_normal(Random& random) { return normal_quantile(random.uniform()); }

double draw_log_normal(Random& random, double median, double sigma) {
  assert(median > 0 && sigma >= 0);
  return median * portable_exp(sigma * draw_normal(random));
}

double draw_exponential(Random& random, double mean) {
  assert(mean >= 0);
  return -mean * portable_log(random.uniform());
}

double draw_bounded_pareto(Random& random, double alpha, double low, double high) {
  return bounded_pareto_quantile(random.uniform(), alpha, low, high);
}

double bounded_pareto_quantile(double p, double alpha, double low, double high) {
  assert(p >= 0 && p <= 1 && alpha > 0 && low > 0 && low <= high && std::isfinite(high));
  const double decay = alpha * portable_log(high / low);  // (low/high)^α = e^-decay
  // The logarithm of (1 − p) + p·e^-decay, written so that neither a small decay cancels in it nor
  // a p near 1.
  const double log_above = decay < 0.5 ? portable_log1p(p * portable_expm1(-decay))
                                       : portable_log((1 - p) + p * portable_exp(-decay));
  return std::clamp(low * portable_exp(-log_above / alpha), low, high);
}

double draw_gamma(Random& random, double shape) {
  assert(shape > 0 && std::isfinite(shape));
  if (shape >= 1) return draw_gamma_from_1(random, shape);
  const double above = draw_gamma_from_1(random, shape + 1);
  return above * portable_pow(random.uniform(), 1 / shape);
}

std::uint64_t draw_poisson(Random& random, double mean) {
  assert(mean >= 0 && std::isfinite(mean));
  if (!(mean > 0)) return 0;
  const double pieces = std::max(1., std::ceil(mean / 16));
  const double m = mean / pieces;
  const double none = portable_exp(-m);
  std::uint64_t sum = 0;
  for (auto left = static_cast<std::uint64_t>(pieces); left > 0; --left)
    sum += search_poisson(random.uniform(), m, none);
  return sum;
}

std::uint64_t poisson_quantile(double p, double mean) {
  assert(p >= 0 && p <= 1 && mean >= 0 && mean <= 16);
  return search_poisson(p, mean, portable_exp(-mean));
}

AliasTable::AliasTable(std::span<const double> weights) : columns_(weights.size()) {
  assert(weights.size() <= UINT32_MAX);
  double total = 0;
  for (const double w : weights) {
    assert(w >= 0);
    total += w;
  }
  assert(total > 0 && std::isfinite(total));
  share_.reserve(weights.size());
  for (const double w : weights) share_.push_back(w / total);

  // Whole parts of a column, 2^32 each, in proportion to the weights: the running sums are rounded,
  // so that the parts add up to all columns exactly and pairing leaves nothing over.
  constexpr std::uint64_t column = std::uint64_t{1} << 32;
  const double all = static_cast<double>(weights.size()) * 0x1p32;
  std::vector<std::uint64_t> parts(weights.size());
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  double running = 0;
  std::uint64_t placed = 0;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    running += weights[i];
    const auto until = static_cast<std::uint64_t>(std::floor(running / total * all + 0.5));
    parts[i] = until - placed;
    placed = until;
    (parts[i] < column ? small : large).push_back(i);
  }
  // Each small index leaves room in its column to a large one.
  while (!small.empty()) {
    const std::uint32_t s = small.back();
    const std::uint32_t l = large.back();
    small.pop_back();
    columns_[s] = {static_cast<std::uint32_t>(parts[s]), l};
    parts[l] -= column - parts[s];
    if (parts[l] < column) {
      large.pop_back();
      small.push_back(l);
    }
  }
  for (const std::uint32_t l : large) columns_[l] = {0, l};
}

}  // namespace rolecall
