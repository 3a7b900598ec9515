#pragma once

namespace rolecall::sim {

// The x below which Student's t of some degrees of freedom (above 0) falls with probability p in
// (0, 1): Student 1908, doi:10.1093/biomet/6.1.1. The one door to Boost.Math.
double student_t_quantile(double p, double degrees_of_freedom);

}  // namespace rolecall::sim
