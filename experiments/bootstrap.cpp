#include "experiments/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/random.hpp"

namespace rolecall {
namespace {

double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  // Equal ones may be infinite, and have no difference then; nor has a part of nothing.
  if (part == 0 || sorted[above] == sorted[below]) return sorted[below];
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

}  // namespace

void draw_multiplicity(std::uint64_t seed, std::uint64_t replicate,
                       std::span<std::uint32_t> multiplicity) {
  std::ranges::fill(multiplicity, 0u);
  Random random(seed, RandomStream::bootstrap, replicate);
  for (std::size_t i = 0; i < multiplicity.size(); ++i)
    ++multiplicity[random.below(multiplicity.size())];
}

PercentileBounds percentile_interval(std::vector<double> replicates, double confidence) {
  std::erase_if(replicates, [](double x) { return std::isnan(x); });
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (replicates.empty()) return {nan, nan};
  std::ranges::sort(replicates);
  const double tail = (1 - confidence) / 2;
  return {quantile(replicates, tail), quantile(replicates, 1 - tail)};
}

}  // namespace rolecall
