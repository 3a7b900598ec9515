#pragma once

#include <cstddef>
#include <span>

#include "core/interval.hpp"

namespace rolecall::sim {

// A figure over replicates (seeds) of one arm.
struct ReplicatedFigure {
  // The mean, and mean ± t·deviation/√used with Student's t of used − 1 degrees of freedom (Student
  // 1908, doi:10.1093/biomet/6.1.1). It covers the chance of seeds, not that of the scenario's
  // parameters. NaN bounds for one replicate, all NaN for none; where a replicate is infinite so is
  // the mean, and the bounds are NaN.
  Interval mean;
  double deviation = 0;  // √(Σ (x − mean)²/(used − 1)); NaN for fewer than two
  std::size_t used = 0;
  std::size_t left_out = 0;  // NaN: undefined in that replicate
};

// Of the values by replicate, at a confidence in (0, 1).
ReplicatedFigure over_replicates(std::span<const double> values, double confidence = .95);

// Two arms under the same seeds, compared seed by seed: what they share cancels.
struct ArmComparison {
  ReplicatedFigure difference;  // a − b; left out where it is NaN
  double above = 0;             // share of the replicates used in which a > b; NaN without any
  double equal = 0;             // share in which a = b
};

// Both spans have a value for each seed, in the same order.
ArmComparison compare_arms(std::span<const double> a, std::span<const double> b,
                           double confidence = .95);

}  // namespace rolecall::sim
