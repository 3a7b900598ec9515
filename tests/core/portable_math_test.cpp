#include "core/portable_math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace rolecall {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double two_ulp = 0x1p-51;

// |value / truth − 1|; the truth is a long double, where that is more than a double.
double relative_error(double value, long double truth) {
  return static_cast<double>(std::abs((static_cast<long double>(value) - truth) / truth));
}

template <class Function, class Reference>
void expect_close(Function function, Reference reference, double x, double tolerance) {
  const long double truth = reference(static_cast<long double>(x));
  if (truth == 0)
    EXPECT_EQ(function(x), 0) << x;
  else
    EXPECT_LT(relative_error(function(x), truth), tolerance) << x;
}

// ±1, ±0.73, … ±1e-300
template <class Visit>
void for_small(Visit visit) {
  for (double x = 1; x > 1e-300; x *= 0.73) visit(x), visit(-x);
}

long double exp_reference(long double x) { return std::exp(x); }
long double expm1_reference(long double x) { return std::expm1(x); }
long double log_reference(long double x) { return std::log(x); }
long double log1p_reference(long double x) { return std::log1p(x); }

TEST(PortableExp, AgreesWithTheLibrary) {
  const auto expect = [](double x) { expect_close(portable_exp, exp_reference, x, two_ulp); };
  for (double x = -708; x < 709.78; x += 0.00731) expect(x);
  for_small(expect);
}

TEST(PortableExp, FadesOutThroughSubnormalNumbers) {
  for (double x = -746; x < -708; x += 0.00173)
    EXPECT_NEAR(portable_exp(x), std::exp(x), std::max(smallest, std::exp(x) * two_ulp)) << x;
  EXPECT_EQ(portable_exp(-745.13), smallest);
  EXPECT_EQ(portable_exp(-745.14), 0);
  EXPECT_EQ(portable_exp(-1e300), 0);
  EXPECT_EQ(portable_exp(-infinity), 0);
}

TEST(PortableExp, HandlesTheEdges) {
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-0.), 1);
  EXPECT_LT(portable_exp(709.782712893383), infinity);
  EXPECT_EQ(portable_exp(709.782712893385), infinity);
  EXPECT_EQ(portable_exp(1e300), infinity);
  EXPECT_EQ(portable_exp(infinity), infinity);
  EXPECT_TRUE(std::isnan(portable_exp(nan)));
}

TEST(PortableExpm1, AgreesWithTheLibrary) {
  const auto expect = [](double x) {
    expect_close(portable_expm1, expm1_reference, x, 2 * two_ulp);
  };
  for (double x = -50; x < 709.78; x += 0.00731) expect(x);
  for_small(expect);
}

TEST(PortableExpm1, HandlesTheEdges) {
  EXPECT_EQ(portable_expm1(0), 0);
  EXPECT_EQ(portable_expm1(-infinity), -1);
  EXPECT_EQ(portable_expm1(infinity), infinity);
  EXPECT_TRUE(std::isnan(portable_expm1(nan)));
}

TEST(PortableLog, AgreesWithTheLibrary) {
  const auto expect = [](double x) { expect_close(portable_log, log_reference, x, two_ulp); };
  std::mt19937_64 bits(1);  // every exponent, subnormal numbers too
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::bit_cast<double>(bits() >> 1);
    if (std::isfinite(x) && x > 0) expect(x);
  }
  for (double x = 0.25; x < 4; x += 0.0000317) expect(x);
  for (int e = 1; e <= 52; ++e) {
    expect(1 + std::ldexp(1, -e));
    expect(1 - std::ldexp(1, -e - 1));
  }
  for (double x = smallest; x < 1e-307; x *= 2) expect(x);
}

TEST(PortableLog, HandlesTheEdges) {
  EXPECT_EQ(portable_log(1), 0);
  EXPECT_EQ(portable_log(0), -infinity);
  EXPECT_EQ(portable_log(-0.), -infinity);
  EXPECT_EQ(portable_log(infinity), infinity);
  EXPECT_TRUE(std::isnan(portable_log(-smallest)));
  EXPECT_TRUE(std::isnan(portable_log(-infinity)));
  EXPECT_TRUE(std::isnan(portable_log(nan)));
}

TEST(PortableLog1p, AgreesWithTheLibrary) {
  const auto expect = [](double x) {
    expect_close(portable_log1p, log1p_reference, x, 2 * two_ulp);
  };
  for (double x = -0.9999; x < 30; x += 0.000173) expect(x);
  for_small([&](double x) {
    if (x > -1) expect(x);
  });
}

TEST(PortableLog1p, HandlesTheEdges) {
  EXPECT_EQ(portable_log1p(0), 0);
  EXPECT_EQ(portable_log1p(-1), -infinity);
  EXPECT_EQ(portable_log1p(infinity), infinity);
  EXPECT_TRUE(std::isnan(portable_log1p(-1.5)));
  EXPECT_TRUE(std::isnan(portable_log1p(nan)));
}

TEST(PortablePow, KeepsItsBound) {
  for (double base = 1e-12; base < 1e12; base *= 1.37)
    for (double exponent = -20; exponent <= 20; exponent += 0.37)
      EXPECT_LT(relative_error(portable_pow(base, exponent),
                               std::pow(static_cast<long double>(base), exponent)),
                (2 + std::abs(exponent * std::log(base))) * 2.2e-16)
          << base << "^" << exponent;
}

TEST(PortablePow, HandlesTheEdges) {
  EXPECT_EQ(portable_pow(1, 7.5), 1);
  EXPECT_EQ(portable_pow(nan, 0), 1);
  EXPECT_EQ(portable_pow(0, 0.5), 0);
  EXPECT_EQ(portable_pow(0, -0.5), infinity);
  EXPECT_EQ(portable_pow(2, 1025), infinity);
  EXPECT_EQ(portable_pow(2, -1080), 0);
  EXPECT_EQ(portable_pow(0.5, infinity), 0);
  EXPECT_EQ(portable_pow(infinity, 2), infinity);
  EXPECT_TRUE(std::isnan(portable_pow(-2, 2)));
  EXPECT_TRUE(std::isnan(portable_pow(1, infinity)));
  EXPECT_TRUE(std::isnan(portable_pow(2, nan)));
}

TEST(NormalQuantile, GivesThePublishedAnswers) {
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 4e-15);
  EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-14);
}

// An error of x by a part e of it moves the distribution function by at most (1 + x²)·e of it.
TEST(NormalQuantile, InvertsTheDistributionFunction) {
  const auto expect = [](double p) {
    const double x = normal_quantile(p);
    const long double below = std::erfc(-static_cast<long double>(x) / std::sqrt(2.0L)) / 2;
    EXPECT_LT(relative_error(p, below), (1 + x * x) * 1.5e-15) << p;
  };
  for (double p = 0.0001; p < 1; p += 0.0000317) expect(p);
  for (double p = 0.5; p > 1e-300; p *= 0.71) expect(p);
}

TEST(NormalQuantile, IsOddAndRises) {
  double last = -infinity;
  for (int i = 1; i < 4096; ++i) {
    const double p = i / 4096.;
    const double x = normal_quantile(p);
    EXPECT_GT(x, last);
    EXPECT_EQ(normal_quantile(1 - p), -x);
    last = x;
  }
}

TEST(NormalQuantile, HandlesTheEdges) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_EQ(normal_quantile(0), -infinity);
  EXPECT_EQ(normal_quantile(1), infinity);
  EXPECT_NEAR(normal_quantile(smallest), -38.467405617144344, 1e-13);
  for (const double p : {-smallest, -1., 1.0000000000000002, infinity, -infinity, nan})
    EXPECT_TRUE(std::isnan(normal_quantile(p))) << p;
}

// Another compiler, a fused multiply-add or wider intermediate results would change these bits.
TEST(PortableMath, KeepsItsBits) {
  EXPECT_EQ(portable_exp(1), 0x1.5bf0a8b14576ap+1);
  EXPECT_EQ(portable_exp(-3.1), 0x1.710b065fb809fp-5);
  EXPECT_EQ(portable_exp(-16.8), 0x1.b25a4cdec4b26p-25);
  EXPECT_EQ(portable_exp(700.1), 0x1.058614179b2a5p+1010);
  EXPECT_EQ(portable_exp(-740.25), 0x0.0000000000042p-1022);
  EXPECT_EQ(portable_expm1(0.0297), 0x1.ede727fb6366cp-6);
  EXPECT_EQ(portable_expm1(0.3), 0x1.6641632306a56p-2);
  EXPECT_EQ(portable_expm1(1e-9), 0x1.12e0be84bbb51p-30);
  EXPECT_EQ(portable_expm1(-2.5), -0x1.d5f8f47ed617bp-1);
  EXPECT_EQ(portable_log(14), 0x1.51cca16d7bba7p+1);
  EXPECT_EQ(portable_log(23.2), 0x1.927394f54547dp+1);
  EXPECT_EQ(portable_log(0.7), -0x1.6d3c324e13f5p-2);
  EXPECT_EQ(portable_log(1.01), 0x1.460d6ccca367cp-7);
  EXPECT_EQ(portable_log(3e-310), -0x1.6459f44103e87p+9);
  EXPECT_EQ(portable_log(1e300), 0x1.5963447f87fb5p+9);
  EXPECT_EQ(portable_log1p(0.1887), 0x1.6204911aa756cp-3);
  EXPECT_EQ(portable_log1p(1e-9), 0x1.12e0be801f1d9p-30);
  EXPECT_EQ(portable_log1p(-0.7), -0x1.34378fcbda72p+0);
  EXPECT_EQ(normal_quantile(0.3), -0x1.0c7e39582c5fap-1);
  EXPECT_EQ(normal_quantile(0.01), -0x1.29c5c4630ff0ep+1);
  EXPECT_EQ(normal_quantile(0.999), 0x1.8b8cbb720447p+1);
  EXPECT_EQ(normal_quantile(1e-12), -0x1.c234fba57a32ap+2);
  EXPECT_EQ(normal_quantile(1e-200), -0x1.e34a1d1f58aep+4);
  EXPECT_EQ(portable_pow(10, 0.3), 0x1.fec982d5bb8bp+0);
  EXPECT_EQ(portable_pow(0.37, -1.7), 0x1.5aed1881a4ee6p+2);
  EXPECT_EQ(portable_pow(123.456, 7.8), 0x1.24b1ee8c31f14p+54);
}

}  // namespace
}  // namespace rolecall
