#include "core/big_fraction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace rolecall {
namespace {

TEST(BigFraction, IsInLowestTerms) {
  EXPECT_EQ(BigFraction(6, 4).to_string(), "3/2");
  EXPECT_EQ(BigFraction(-6, 3).to_string(), "-2");
  EXPECT_EQ(BigFraction().to_string(), "0");
  EXPECT_EQ(BigFraction(6, 4).denominator().to_string(), "2");
}

TEST(BigFraction, ComputesExactly) {
  const BigFraction third(1, 3), sixth(1, 6);
  EXPECT_EQ(third + sixth, BigFraction(1, 2));
  EXPECT_EQ(third - sixth, sixth);
  EXPECT_EQ(third * sixth, BigFraction(1, 18));
  EXPECT_EQ(third / sixth, BigFraction(2));
  EXPECT_EQ(-third + third, BigFraction());
  EXPECT_LT(sixth, third);
  EXPECT_LT(-third, sixth);
  EXPECT_EQ(least_common_multiple(BigFraction(4), BigFraction(6)), BigFraction(12));
}

TEST(BigFraction, HasNoLargestNumber) {
  BigFraction ten_to_60 = 1;
  for (int i = 0; i < 60; ++i) ten_to_60 *= 10;
  EXPECT_EQ(ten_to_60.to_string(), "1" + std::string(60, '0'));
  EXPECT_EQ((ten_to_60 + 1 - ten_to_60).to_string(), "1");
  EXPECT_EQ(ten_to_60.rounded(), 1e60);
}

// A copy is a value of its own.
TEST(BigFraction, Copies) {
  BigFraction a(1, 3);
  BigFraction b = a;
  b += 1;
  EXPECT_EQ(a, BigFraction(1, 3));
  a = b;
  b = 0;
  EXPECT_EQ(a, BigFraction(4, 3));
}

TEST(BigFraction, IsTheVeryNumberThatADoubleIs) {
  EXPECT_EQ(BigFraction::of(0.75), BigFraction(3, 4));
  EXPECT_NE(BigFraction::of(0.1), BigFraction(1, 10));
  EXPECT_EQ(BigFraction::of(0.1).denominator(), BigFraction(int128{1} << 55));
  std::mt19937_64 bits(1);
  for (int i = 0; i < 10'000; ++i) {
    const double v = std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())),
                                static_cast<int>(bits() % 1600) - 900);
    EXPECT_EQ(BigFraction::of(v).rounded(), v);
  }
  EXPECT_EQ(BigFraction::of(std::numeric_limits<double>::max()).rounded(),
            std::numeric_limits<double>::max());
}

TEST(BigFraction, RoundsAsFractionsOf126BitsDo) {
  std::mt19937_64 bits(2);
  const auto number = [&] {
    return static_cast<int128>((static_cast<uint128>(bits()) << 64 | bits()) >> (2 + bits() % 120));
  };
  for (int i = 0; i < 20'000; ++i) {
    const int128 n = number() * (bits() % 2 == 0 ? 1 : -1), d = number() + 1;
    EXPECT_EQ(BigFraction(n, d).rounded(), rounded_ratio(n, d));
  }
  // Half-way cases go to even.
  EXPECT_EQ(BigFraction((int128{1} << 53) + 1).rounded(), std::ldexp(1, 53));
  EXPECT_EQ(BigFraction((int128{1} << 53) + 3).rounded(), std::ldexp(1, 53) + 4);
}

}  // namespace
}  // namespace rolecall
