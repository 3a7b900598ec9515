#include "core/big_fraction.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

namespace rolecall {

namespace {

namespace mp = boost::multiprecision;

// Without expression templates, so that no expression outlives what it refers to.
using Integer = mp::number<mp::cpp_int_backend<>, mp::et_off>;
using Rational = mp::number<mp::cpp_rational_backend, mp::et_off>;

}  // namespace

struct BigFraction::Value {
  Rational fraction;
};

BigFraction::BigFraction(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
BigFraction::BigFraction(int128 numerator, int128 denominator)
    : BigFraction(Value{Rational(Integer(numerator), Integer(denominator))}) {}

BigFraction BigFraction::of(double value) {
  int exponent = 0;
  const auto digits = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  exponent -= 53;
  const Integer power = Integer(1) << std::abs(exponent);
  if (exponent < 0) return BigFraction(Value{Rational(Integer(digits), power)});
  return BigFraction(Value{Rational(Integer(digits) * power)});
}

BigFraction::~BigFraction() = default;
BigFraction::BigFraction(const BigFraction& other) : BigFraction(*other.value_) {}
BigFraction::BigFraction(BigFraction&& other) noexcept = default;
BigFraction& BigFraction::operator=(const BigFraction& other) { return *this = BigFraction(other); }
BigFraction& BigFraction::operator=(BigFraction&& other) noexcept = default;

BigFraction& BigFraction::operator+=(const BigFraction& other) {
  value_->fraction += other.value_->fraction;
  return *this;
}
BigFraction& BigFraction::operator-=(const BigFraction& other) {
  value_->fraction -= other.value_->fraction;
  return *this;
}
BigFraction& BigFraction::operator*=(const BigFraction& other) {
  value_->fraction *= other.value_->fraction;
  return *this;
}
BigFraction& BigFraction::operator/=(const BigFraction& other) {
  value_->fraction /= other.value_->fraction;
  return *this;
}

int BigFraction::compare(const BigFraction& other) const {
  return value_->fraction.compare(other.value_->fraction);
}

BigFraction BigFraction::denominator() const {
  return BigFraction(Value{Rational(mp::denominator(value_->fraction))});
}

double BigFraction::rounded() const {
  const bool negative = value_->fraction < 0;
  Integer n = abs(mp::numerator(value_->fraction));
  Integer d = mp::denominator(value_->fraction);
  if (n == 0) return 0;
  // 62 or 63 significant bits of the quotient; an odd last bit stands for what remains, so that the
  // conversion to double rounds rightly.
  const int exponent = static_cast<int>(msb(n)) - static_cast<int>(msb(d)) - 62;
  if (exponent < 0)
    n <<= -exponent;
  else
    d <<= exponent;
  Integer quotient, rest;
  divide_qr(n, d, quotient, rest);
  auto bits = static_cast<std::uint64_t>(quotient);
  if (rest != 0) bits |= 1;
  const double result = std::ldexp(static_cast<double>(bits), exponent);
  return negative ? -result : result;
}

std::string BigFraction::to_string() const { return value_->fraction.str(); }

BigFraction least_common_multiple(const BigFraction& a, const BigFraction& b) {
  return BigFraction(BigFraction::Value{
      Rational(lcm(mp::numerator(a.value_->fraction), mp::numerator(b.value_->fraction)))});
}

}  // namespace rolecall
