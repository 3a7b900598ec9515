#include "core/exact.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace rolecall {
namespace {

TEST(RoundedRatio, IsTheNearestDouble) {
  EXPECT_EQ(rounded_ratio(0, 7), 0);
  EXPECT_EQ(rounded_ratio(8460, 240), 35.25);
  EXPECT_EQ(rounded_ratio(-1, 3), -1.0 / 3);
  EXPECT_EQ(rounded_ratio(int128{1} << 120, int128{1} << 60), std::ldexp(1.0, 60));
  EXPECT_EQ(rounded_ratio(1, int128{1} << 120), std::ldexp(1.0, -120));
  // 2^53 + 1 lies half way between two doubles, and goes to the even one; a little more goes up.
  const int128 half_way = (int128{1} << 53) + 1;
  EXPECT_EQ(rounded_ratio(half_way, 1), std::ldexp(1.0, 53));
  EXPECT_EQ(rounded_ratio(half_way * 1000 + 1, 1000), std::ldexp(1.0, 53) + 2);
}

TEST(RoundedRatio, AgreesWithWiderArithmetic) {
  // long double has 64 bits: enough to tell any error of more than half a unit in the last place.
  std::mt19937_64 bits(7);
  for (int i = 0; i < 100'000; ++i) {
    const int128 n =
        static_cast<int128>(bits() >> (bits() % 64)) * static_cast<int128>(bits() % 1000);
    const int128 d = static_cast<int128>(bits() >> (bits() % 63)) + 1;
    const long double exact = static_cast<long double>(n) / static_cast<long double>(d);
    const double got = rounded_ratio(n, d);
    const double ulp = std::nextafter(std::abs(got), INFINITY) - std::abs(got);
    ASSERT_LE(std::abs(exact - got), 0.5001L * ulp);
  }
}

TEST(ExactDecimals, SpellsWhatOneWouldWrite) {
  const std::vector<double> values{2.5, 30, -0.25, 0};
  const auto decimals = exact_decimals(values).value();
  EXPECT_EQ(decimals.scale, 100);
  EXPECT_EQ(decimals.units, (std::vector<std::int64_t>{250, 3000, -25, 0}));
  EXPECT_EQ(exact_decimals(std::vector{0.1, 33.333})->units,
            (std::vector<std::int64_t>{100, 33333}));
  EXPECT_EQ(exact_decimals(std::vector{123456789.0, 0.33333333})->units,
            (std::vector<std::int64_t>{12345678900000000, 33333333}));
  EXPECT_EQ(exact_decimals(std::vector{1.0 / 3})->units[0], 3333333333333333);
  EXPECT_EQ(exact_decimals(std::vector{1e15, 1e-3})->units,
            (std::vector<std::int64_t>{1'000'000'000'000'000'000, 1}));
}

TEST(ExactDecimals, SaysWhenIntegersDoNotHoldThem) {
  EXPECT_FALSE(exact_decimals(std::vector{1e-19}));
  EXPECT_FALSE(exact_decimals(std::vector{1e19}));
  EXPECT_FALSE(exact_decimals(std::vector{1e10, 1e-10}));
}

TEST(FractionSum, AddsUnlikeFractions) {
  FractionSum sum;
  sum.add(1, 3);
  sum.add(1, 6);
  sum.add(-3, 4);
  EXPECT_EQ(rounded_ratio(sum.numerator(), sum.denominator()), -0.25);
}

TEST(FractionSum, DetectsOverflow) {
  FractionSum sum;
  for (const std::int64_t prime : {1'000'000'007, 1'000'000'009, 998'244'353, 2'147'483'647})
    sum.add(1, prime);
  EXPECT_FALSE(sum.overflowed());
  sum.add(1, 4'294'967'291);
  EXPECT_TRUE(sum.overflowed());
}

TEST(FractionSum, DetectsOverflowOfWholeNumbers) {
  const int128 most = (int128{1} << 126) - 1;
  FractionSum sum;
  sum.add(most - 1, 1);
  sum.add(1, 1);
  EXPECT_FALSE(sum.overflowed());
  EXPECT_EQ(sum.numerator(), most);
  sum.add(1, 1);
  EXPECT_TRUE(sum.overflowed());
  FractionSum one;
  one.add(most + 1, 1);
  EXPECT_TRUE(one.overflowed());
}

}  // namespace
}  // namespace rolecall
