#pragma once

#include <span>

namespace rolecall {

// The q-quantile, q in [0, 1], of values in rising order without NaN; NaN of none. Interpolates
// between order statistics (Hyndman & Fan 1996, doi:10.2307/2684934, type 7).
double sorted_quantile(std::span<const double> sorted, double q);

}  // namespace rolecall
