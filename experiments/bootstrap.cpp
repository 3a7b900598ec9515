#include "experiments/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "core/quantile.hpp"
#include "core/random.hpp"

namespace rolecall {

void draw_multiplicity(std::uint64_t seed, std::uint64_t replicate,
                       std::span<std::uint32_t> multiplicity) {
  std::ranges::fill(multiplicity, 0u);
  Random random(seed, RandomStream::bootstrap, replicate);
  for (std::size_t i = 0; i < multiplicity.size(); ++i)
    ++multiplicity[random.below(multiplicity.size())];
}

PercentileBounds percentile_interval(std::vector<double> replicates, double confidence) {
  std::erase_if(replicates, [](double x) { return std::isnan(x); });
  std::ranges::sort(replicates);
  const double tail = (1 - confidence) / 2;
  return {sorted_quantile(replicates, tail), sorted_quantile(replicates, 1 - tail)};
}

}  // namespace rolecall
