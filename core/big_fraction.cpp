#include "core/big_fraction.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <utility>

namespace rolecall {
namespace {

namespace mp = boost::multiprecision;

// Without expression templates, so that no expression outlives what it refers to.
using Integer = mp::number<mp::cpp_int_backend<>, mp::et_off>;

}  // namespace

struct BigFraction::Value {
  Integer numerator;
  Integer denominator = 1;

  Value(Integer n, Integer d) : numerator(std::move(n)), denominator(std::move(d)) {
    if (denominator == 1) return;
    const Integer common = gcd(numerator, denominator);
    numerator /= common;
    denominator /= common;
    if (denominator < 0) numerator = -numerator, denominator = -denominator;
  }
};

BigFraction::BigFraction(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
BigFraction::BigFraction(int128 numerator, int128 denominator)
    : BigFraction(Value(numerator, denominator)) {}

BigFraction BigFraction::of(double value) {
  int exponent = 0;
  const auto digits = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  exponent -= 53;
  const Integer power = Integer(1) << std::abs(exponent);
  if (exponent < 0) return BigFraction(Value(digits, power));
  return BigFraction(Value(digits * power, 1));
}

BigFraction::~BigFraction() = default;
BigFraction::BigFraction(const BigFraction& other) : BigFraction(*other.value_) {}
BigFraction::BigFraction(BigFraction&& other) noexcept = default;
BigFraction& BigFraction::operator=(const BigFraction& other) { return *this = BigFraction(other); }
BigFraction& BigFraction::operator=(BigFraction&& other) noexcept = default;

BigFraction& BigFraction::operator+=(const BigFraction& other) {
  const Value &a = *value_, &b = *other.value_;
  if (a.denominator == b.denominator)
    *value_ = Value(a.numerator + b.numerator, a.denominator);
  else
    *value_ = Value(a.numerator * b.denominator + b.numerator * a.denominator,
                    a.denominator * b.denominator);
  return *this;
}
BigFraction& BigFraction::operator-=(const BigFraction& other) {
  return *this += BigFraction(Value(-other.value_->numerator, other.value_->denominator));
}
BigFraction& BigFraction::operator*=(const BigFraction& other) {
  const Value &a = *value_, &b = *other.value_;
  *value_ = Value(a.numerator * b.numerator, a.denominator * b.denominator);
  return *this;
}
BigFraction& BigFraction::operator/=(const BigFraction& other) {
  const Value &a = *value_, &b = *other.value_;
  *value_ = Value(a.numerator * b.denominator, a.denominator * b.numerator);
  return *this;
}

int BigFraction::compare(const BigFraction& other) const {
  const Value &a = *value_, &b = *other.value_;
  return Integer(a.numerator * b.denominator).compare(b.numerator * a.denominator);
}

BigFraction BigFraction::denominator() const { return BigFraction(Value(value_->denominator, 1)); }

double BigFraction::rounded() const {
  const bool negative = value_->numerator < 0;
  Integer n = abs(value_->numerator);
  Integer d = value_->denominator;
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

std::string BigFraction::to_string() const {
  const std::string numerator = value_->numerator.str();
  return value_->denominator == 1 ? numerator : numerator + '/' + value_->denominator.str();
}

BigFraction least_common_multiple(const BigFraction& a, const BigFraction& b) {
  return BigFraction(BigFraction::Value(lcm(a.value_->numerator, b.value_->numerator), 1));
}

}  // namespace rolecall
