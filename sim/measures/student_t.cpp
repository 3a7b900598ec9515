#include "sim/measures/student_t.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cassert>

namespace rolecall::sim {

double student_t_quantile(double p, double degrees_of_freedom) {
  assert(p > 0 && p < 1 && degrees_of_freedom > 0);
  // In doubles throughout: what a long double is differs between processors.
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const boost::math::students_t_distribution<double, Policy> t(degrees_of_freedom);
  return boost::math::quantile(t, p);
}

}  // namespace rolecall::sim
