#include "sim/people/hazard.hpp"

#include "core/portable_math.hpp"

namespace rolecall::sim {

double normal_probability(double z) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (normal_quantile(middle) < z ? low : high) = middle;
  }
  return (low + high) / 2;
}

LogNormalHazard::LogNormalHazard(double median, double sigma) {
  constexpr double least = 1e-6;
  constexpr std::int32_t most_days = 20'000;
  double before = 0;
  for (std::int32_t day = 1; day <= most_days; ++day) {
    const double z = portable_log(day / median) / sigma;
    const double left = normal_probability(-z);
    if (left < least && !steps_.empty()) break;
    const double now = -portable_log(left);
    steps_.push_back(now - before);
    before = now;
  }
}

}  // namespace rolecall::sim
