#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// Exact arithmetic for scores: counts times decimal weights add up in integers, in any order, to
// the same bits; a double appears only where a fraction is finally rounded.
namespace rolecall {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

// numerator / denominator, rounded to nearest, ties to even, as the exact fraction would be.
// The denominator must be positive and both magnitudes below 2^126.
double rounded_ratio(int128 numerator, int128 denominator);

// The decimals that the shortest round-trip forms of `values` spell, as integers over one power of
// ten: {2.5, 30, -0.25} gives {250, 3000, -25} over 100. Nothing when that takes integers of 2^62
// or more, or a power of ten above 10^18.
struct Decimals {
  std::vector<std::int64_t> units;
  std::int64_t scale = 1;
};
std::optional<Decimals> exact_decimals(std::span<const double> values);

// A sum of fractions over their least common denominator; remembers when 126 bits did not hold it.
class FractionSum {
 public:
  void add(int128 numerator, int128 denominator);  // denominator > 0
  bool overflowed() const { return overflowed_; }
  int128 numerator() const { return numerator_; }
  int128 denominator() const { return denominator_; }

 private:
  int128 numerator_ = 0;
  int128 denominator_ = 1;
  bool overflowed_ = false;
};

// a · b, or nothing when the product needs more than 126 bits.
std::optional<int128> checked_product(int128 a, int128 b);

}  // namespace rolecall
