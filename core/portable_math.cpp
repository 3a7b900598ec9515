#include "core/portable_math.hpp"

#include <array>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "the bits of this file need IEEE 754 double arithmetic, as written and unfused"
#endif

namespace rolecall {
namespace {

static_assert(std::numeric_limits<double>::is_iec559);

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double half_ln2 = 0x1.62e42fefa39efp-2;

// 2^k for a normal result: -1022 ≤ k ≤ 1023.
double power_of_two(std::int64_t k) { return std::bit_cast<double>((k + 1023) << 52); }

// e^r − 1 for |r| ≤ ln(2)/2: the Taylor series to r^13/13!, whose rest is below 2^-57. Pairs of
// terms first (Estrin), as they can run at once.
double expm1_reduced(double r) {
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double c2 = 1. / 2 + 1. / 6 * r;
  const double c4 = 1. / 24 + 1. / 120 * r;
  const double c6 = 1. / 720 + 1. / 5040 * r;
  const double c8 = 1. / 40320 + 1. / 362880 * r;
  const double c10 = 1. / 3628800 + 1. / 39916800 * r;
  const double c12 = 1. / 479001600 + 1. / 6227020800 * r;
  const double c = (c2 + c4 * r2) + ((c6 + c8 * r2) + (c10 + c12 * r2) * r4) * r4;
  return r + r2 * c;
}

// k·ln 2 + log(1 + f) for 1 + f in [√½, √2): log(1 + f) = 2·artanh(s) with s = f / (2 + f), by its
// series to s^21/21, whose rest is below 2^-57 of it. As 2·s = f − s·f, the leading term is exact.
double log_reduced(double f, double k) {
  const double s = f / (2 + f);
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double c1 = 2. / 3 + 2. / 5 * z;
  const double c3 = 2. / 7 + 2. / 9 * z;
  const double c5 = 2. / 11 + 2. / 13 * z;
  const double c7 = 2. / 15 + 2. / 17 * z;
  const double c9 = 2. / 19 + 2. / 21 * z;
  const double series = z * ((c1 + c3 * z2) + ((c5 + c7 * z2) + c9 * z4) * z4);
  return k * ln2_high + (f - (s * (f - series) - k * ln2_low));
}

// The rational approximations of AS 241, lowest power first.
using Coefficients = std::array<double, 8>;
constexpr Coefficients central_above = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                        1.9715909503065514427e3, 1.3731693765509461125e4,
                                        4.5921953931549871457e4, 6.7265770927008700853e4,
                                        3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr Coefficients central_below = {1.0000000000000000000e0, 4.2313330701600911252e1,
                                        6.8718700749205790830e2, 5.3941960214247511077e3,
                                        2.1213794301586595867e4, 3.9307895800092710610e4,
                                        2.8729085735721942674e4, 5.2264952788528545610e3};
constexpr Coefficients tail_above = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients tail_below = {1.00000000000000000000e0,  2.05319162663775882187e0,
                                     1.67638483018380384940e0,  6.89767334985100004550e-1,
                                     1.48103976427480074590e-1, 1.51986665636164571966e-2,
                                     5.47593808499534494600e-4, 1.05075007164441684324e-9};
constexpr Coefficients far_above = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients far_below = {1.00000000000000000000e0,  5.99832206555887937690e-1,
                                    1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                    7.86869131145613259100e-4, 1.84631831751005468180e-5,
                                    1.42151175831644588870e-7, 2.04426310338993978564e-15};

double polynomial(const Coefficients& c, double x) {
  double sum = c.back();
  for (std::size_t i = c.size() - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

}  // namespace

double portable_exp(double x) {
  if (!(x <= 710)) return x > 710 ? infinity : nan;
  if (x < -746) return 0;
  // x = k·ln 2 + r. Two factors make 2^k, as k may lie outside the exponents of normal numbers.
  const auto k = static_cast<std::int64_t>(x * log2_e + (x < 0 ? -0.5 : 0.5));
  const auto kd = static_cast<double>(k);
  const double r = (x - kd * ln2_high) - kd * ln2_low;
  const std::int64_t half = k / 2;
  return (1 + expm1_reduced(r)) * power_of_two(half) * power_of_two(k - half);
}

double portable_expm1(double x) {
  if (x >= -half_ln2 && x <= half_ln2) return expm1_reduced(x);
  return portable_exp(x) - 1;
}

double portable_log(double x) {
  constexpr std::uint64_t sqrt2 = 0x6a09e667f3bcd;  // of its mantissa
  constexpr std::uint64_t mantissa_bits = (std::uint64_t{1} << 52) - 1;
  std::int64_t k = 0;
  if (!(x >= std::numeric_limits<double>::min())) {
    if (x == 0) return -infinity;
    if (!(x > 0)) return nan;
    x *= 0x1p54;
    k = -54;
  } else if (x == infinity) {
    return infinity;
  }
  // x = 2^k·(1 + f)
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t mantissa = bits & mantissa_bits;
  const std::int64_t halve = mantissa >= sqrt2 ? 1 : 0;
  k += static_cast<std::int64_t>(bits >> 52) - 1023 + halve;
  const auto scale = static_cast<std::uint64_t>(1023 - halve) << 52;
  return log_reduced(std::bit_cast<double>(mantissa | scale) - 1, static_cast<double>(k));
}

double portable_log1p(double x) {
  if (x > -0.29 && x < 0.41) return log_reduced(x, 0);
  return portable_log(1 + x);
}

double portable_pow(double base, double exponent) {
  if (exponent == 0) return 1;
  return portable_exp(exponent * portable_log(base));
}

double normal_quantile(double p) {
  if (!(p > 0 && p < 1)) return p == 0 ? -infinity : p == 1 ? infinity : nan;
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(central_above, r) / polynomial(central_below, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? polynomial(tail_above, r - 1.6) / polynomial(tail_below, r - 1.6)
                          : polynomial(far_above, r - 5) / polynomial(far_below, r - 5);
  return q < 0 ? -x : x;
}

}  // namespace rolecall
