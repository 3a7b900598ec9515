#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rolecall {

// Draws as many units as there are, with replacement: how often each of them occurs in one
// replicate, a function of (seed, replicate) alone.
void draw_multiplicity(std::uint64_t seed, std::uint64_t replicate,
                       std::span<std::uint32_t> multiplicity);

struct PercentileBounds {
  double low = 0;
  double high = 0;
};

// The percentile interval of a statistic's replicates, of which NaNs are left out; NaN when none is
// left. Interpolates between order statistics (Hyndman & Fan 1996, doi:10.2307/2684934, type 7).
PercentileBounds percentile_interval(std::vector<double> replicates, double confidence);

}  // namespace rolecall
