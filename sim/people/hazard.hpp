#pragma once

#include <cstdint>
#include <vector>

namespace rolecall::sim {

// The cumulative hazard of a log-normal time in days, as differences of whole days: what a clock
// that runs at rate m adds on a day is m times the difference, and the time is over once the sum
// has reached a standard exponential limit. So m multiplies the hazard of the time's end (Cox 1972,
// doi:10.1111/j.2517-6161.1972.tb00899.x, in discrete days).
class LogNormalHazard {
 public:
  // median > 0 [day]; sigma > 0, of the logarithm.
  LogNormalHazard(double median, double sigma);

  // H(age + 1) − H(age), with H(t) = −log(1 − Φ((log t − log median) / sigma)); constant beyond
  // the age at which one in a million is left.
  double step(std::int32_t age) const {
    const auto at = static_cast<std::size_t>(age < 0 ? 0 : age);
    return at < steps_.size() ? steps_[at] : steps_.back();
  }

 private:
  std::vector<double> steps_;
};

// The chance that a standard normal variable falls below z, to 13 digits: Marsaglia 2004,
// doi:10.18637/jss.v011.i04, and far below 0 by a continued fraction.
double normal_probability(double z);

}  // namespace rolecall::sim
