#pragma once

#include <compare>
#include <memory>
#include <string>

#include "core/exact.hpp"

namespace rolecall {

// A fraction of whole numbers of any length, in lowest terms: for ledgers whose rows have to add up
// to the last digit, whatever the weights. Slow beside int128: a microsecond an operation.
class BigFraction {
 public:
  BigFraction(int128 numerator = 0, int128 denominator = 1);  // denominator > 0

  // The very number that a double is, a whole number times a power of two. Finite doubles only.
  static BigFraction of(double value);

  ~BigFraction();
  BigFraction(const BigFraction& other);
  BigFraction(BigFraction&& other) noexcept;
  BigFraction& operator=(const BigFraction& other);
  BigFraction& operator=(BigFraction&& other) noexcept;

  BigFraction& operator+=(const BigFraction& other);
  BigFraction& operator-=(const BigFraction& other);
  BigFraction& operator*=(const BigFraction& other);
  BigFraction& operator/=(const BigFraction& other);  // other != 0
  friend BigFraction operator+(BigFraction a, const BigFraction& b) { return a += b; }
  friend BigFraction operator-(BigFraction a, const BigFraction& b) { return a -= b; }
  friend BigFraction operator*(BigFraction a, const BigFraction& b) { return a *= b; }
  friend BigFraction operator/(BigFraction a, const BigFraction& b) { return a /= b; }
  friend BigFraction operator-(const BigFraction& a) { return BigFraction() - a; }
  friend bool operator==(const BigFraction& a, const BigFraction& b) { return a.compare(b) == 0; }
  friend std::strong_ordering operator<=>(const BigFraction& a, const BigFraction& b) {
    return a.compare(b) <=> 0;
  }

  BigFraction denominator() const;
  // The nearest double, ties to even.
  double rounded() const;
  // "-12", or "-12/7" when it is no whole number; all digits.
  std::string to_string() const;

  // The least whole number that both whole numbers divide. Both > 0.
  friend BigFraction least_common_multiple(const BigFraction& a, const BigFraction& b);

 private:
  struct Value;
  explicit BigFraction(Value value);
  int compare(const BigFraction& other) const;

  std::unique_ptr<Value> value_;
};

}  // namespace rolecall
