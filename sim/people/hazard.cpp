#include "sim/people/hazard.hpp"

#include "core/portable_math.hpp"

namespace rolecall::sim {

double normal_probability(double z) {
  constexpr double root = 2.5066282746310005;  // of 2π
  constexpr double far = 3;                    // where the fraction takes over from the series
  const double density = portable_exp(-z * z / 2) / root;
  if (z > far) return 1 - normal_probability(-z);
  if (z < -far) {  // Laplace's continued fraction, from its end on
    double below = -z;
    for (int k = 100; k > 0; --k) below = -z + k / below;
    return density / below;
  }
  double sum = z, before = 0, term = z;  // z + z³/3 + z⁵/(3·5) + …
  for (int k = 3; sum != before; k += 2) {
    before = sum;
    sum += term *= z * z / k;
  }
  return .5 + density * sum;
}

LogNormalHazard::LogNormalHazard(double median, double sigma) {
  constexpr double least = 1e-6;
  constexpr std::int32_t most_days = 20'000;
  double before = 0;
  for (std::int32_t day = 1; day <= most_days; ++day) {
    const double z = portable_log(day / median) / sigma;
    const double left = normal_probability(-z);
    const double now = -portable_log(left);
    steps_.push_back(now - before);
    if (left < least) break;
    before = now;
  }
}

}  // namespace rolecall::sim
