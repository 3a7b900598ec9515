#include "core/quantile.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace rolecall {

double sorted_quantile(std::span<const double> sorted, double q) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  // Equal ones may be infinite, and have no difference then; nor has a part of nothing.
  if (part == 0 || sorted[above] == sorted[below]) return sorted[below];
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

}  // namespace rolecall
