#include "core/exact.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string>

namespace rolecall {
namespace {

constexpr int128 limit = int128{1} << 126;

bool fits(int128 v) { return -limit < v && v < limit; }

int128 greatest_common_divisor(int128 a, int128 b) {
  if (a < 0) a = -a;
  while (b != 0) {
    const int128 r = a % b;
    a = b;
    b = r;
  }
  return a;
}

// The decimal that a double's shortest form spells: digits · 10^exponent.
struct Decimal {
  std::int64_t digits = 0;
  int exponent = 0;
};

Decimal decimal_of(double value) {
  char buffer[32];  // d.ddde±xx, as many digits as it takes to read back the same double
  const auto written = std::to_chars(std::begin(buffer), std::end(buffer), std::abs(value),
                                     std::chars_format::scientific);
  const std::string text(std::begin(buffer), written.ptr);
  Decimal d;
  std::size_t i = 0;
  bool after_point = false;
  for (; i < text.size() && text[i] != 'e'; ++i) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    d.digits = d.digits * 10 + (text[i] - '0');
    if (after_point) --d.exponent;
  }
  d.exponent += std::stoi(text.substr(i + 1));
  while (d.digits != 0 && d.digits % 10 == 0) d.digits /= 10, ++d.exponent;
  if (d.digits == 0) d.exponent = 0;
  if (value < 0) d.digits = -d.digits;
  return d;
}

std::optional<std::int64_t> times_power_of_ten(std::int64_t v, int exponent) {
  for (; exponent > 0; --exponent)
    if (__builtin_mul_overflow(v, std::int64_t{10}, &v) || std::abs(v) >= (std::int64_t{1} << 62))
      return std::nullopt;
  return v;
}

}  // namespace

double rounded_ratio(int128 numerator, int128 denominator) {
  if (numerator == 0) return 0;
  const bool negative = numerator < 0;
  auto n = static_cast<uint128>(negative ? -numerator : numerator);
  auto d = static_cast<uint128>(denominator);
  constexpr auto exact = static_cast<uint128>(1) << 53;
  double result;
  if (n < exact && d < exact) {
    result = static_cast<double>(n) / static_cast<double>(d);  // IEEE division rounds once
  } else {
    // Long division in binary: 62 significant bits of the quotient, and whether any remain. An
    // odd last bit stands for what remains, so that the conversion to double rounds rightly.
    std::uint64_t quotient = 0;
    int exponent = 0;
    while (n / d >= (std::uint64_t{1} << 62)) d <<= 1, ++exponent;
    quotient = static_cast<std::uint64_t>(n / d);
    uint128 rest = n % d;
    while (quotient < (std::uint64_t{1} << 61)) {
      rest <<= 1;
      quotient <<= 1;
      if (rest >= d) rest -= d, quotient |= 1;
      --exponent;
    }
    if (rest != 0) quotient |= 1;
    result = std::ldexp(static_cast<double>(quotient), exponent);
  }
  return negative ? -result : result;
}

std::optional<Decimals> exact_decimals(std::span<const double> values) {
  std::vector<Decimal> decimals;
  int places = 0;
  for (const double value : values) {
    decimals.push_back(decimal_of(value));
    places = std::max(places, -decimals.back().exponent);
  }
  if (places > 18) return std::nullopt;
  Decimals result;
  result.scale = *times_power_of_ten(1, places);
  for (const Decimal& d : decimals) {
    const auto units = times_power_of_ten(d.digits, places + d.exponent);
    if (!units) return std::nullopt;
    result.units.push_back(*units);
  }
  return result;
}

std::optional<int128> checked_product(int128 a, int128 b) {
  int128 product;
  if (__builtin_mul_overflow(a, b, &product) || !fits(product)) return std::nullopt;
  return product;
}

void FractionSum::add(int128 numerator, int128 denominator) {
  if (overflowed_) return;
  if (denominator == denominator_) {  // as in sums of whole numbers: no divisor to look for
    overflowed_ = !fits(numerator) || !fits(numerator_ + numerator);
    if (!overflowed_) numerator_ += numerator;
    return;
  }
  const int128 common = greatest_common_divisor(denominator_, denominator);
  const auto mine = checked_product(numerator_, denominator / common);
  const auto theirs = checked_product(numerator, denominator_ / common);
  const auto whole = checked_product(denominator_, denominator / common);
  overflowed_ = !mine || !theirs || !whole || !fits(*mine + *theirs);
  if (overflowed_) return;
  numerator_ = *mine + *theirs;
  denominator_ = *whole;
}

}  // namespace rolecall
