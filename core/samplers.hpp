#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"

// Draws from distributions: the same bits for the same words on every machine, as they use nothing
// but portable_math.hpp. Each comment says how many words a draw takes; u is a uniform(). Where no
// other source is named, it is inversion: Devroye 1986, chapter II.2,
// doi:10.1007/978-1-4613-8643-8. Parameters outside their range are a bug of the caller.
namespace rolecall {

// A standard normal variable: normal_quantile(u). Within ±8.21, as u is 2^-53 or more. 2 words.
double draw_normal(Random& random);

// median·exp(sigma·z) for a standard normal z; median > 0, in the unit of the result, and
// sigma ≥ 0, the standard deviation of the logarithm. 2 words.
double draw_log_normal(Random& random, double median, double sigma);

// An exponential variable: -mean·log(u); mean ≥ 0, in the unit of the result, which is at
// most 36.74 means. 2 words.
double draw_exponential(Random& random, double mean);

// A Pareto variable cut to [low, high]: bounded_pareto_quantile(u, …). 2 words.
double draw_bounded_pareto(Random& random, double alpha, double low, double high);

// The x with F(x) = (1 − (low/x)^alpha) / (1 − (low/high)^alpha) = p, which is
// low·((1 − p) + p·(low/high)^alpha)^(-1/alpha), in [low, high]; p in [0, 1], alpha > 0, 0 < low ≤
// high in the unit of the result, high/low finite. Accurate for alphas near 0 too, where the
// logarithm of x becomes uniform. The law: Aban, Meerschaert & Panorska 2006,
// doi:10.1198/016214505000000411.
double bounded_pareto_quantile(double p, double alpha, double low, double high);

// A gamma variable of scale 1: density x^(shape − 1)·e^-x / Γ(shape), shape > 0. Marsaglia & Tsang
// 2000, doi:10.1145/358407.358414: with d = shape − ⅓, c = 1/√(9·d), a normal z and a uniform u,
// d·v for v = (1 + c·z)³ is accepted when log(u) < z²/2 + d − d·v + d·log(v). A shape below 1
// takes shape + 1 and multiplies by u^(1/shape), which may underflow to 0 for a shape below 0.05.
// 4 words a trial, or 2 where v ≤ 0; 1.05 trials on average at shape 1 and fewer above; 2 more
// words below shape 1.
double draw_gamma(Random& random, double shape);

// A Poisson variable; mean ≥ 0 and finite, up to 1e7 in less than a second. One of a mean up to 16
// is poisson_quantile(u, mean); one above is the sum of n = ⌈mean/16⌉ of mean/n, in time
// proportional to n. 2 words at a mean up to 16, 2·n above, none at 0.
std::uint64_t draw_poisson(Random& random, double mean);

// The first k with p ≤ Σ e^-mean·mean^i / i! over i ≤ k, by sequential search: Devroye 1986,
// chapter X.3; p and the sum are exact to about 2^-52. p in [0, 1], where p = 1 gives the last k
// that adds to the sum; mean in [0, 16].
std::uint64_t poisson_quantile(double p, double mean);

// True with probability p, rounded to a multiple of 2^-32: never at p ≤ 0 (and NaN), always at
// p ≥ 1. 1 word, whatever p.
inline bool draw_chance(Random& random, double p) {
  return random.word32() + 0.5 <= p * 0x1p32;  // both sides exact
}

// Draws an index with the probability of its weight, in constant time: Walker 1977,
// doi:10.1145/355744.355749, built as by Vose 1991, doi:10.1109/32.92917, but in integers. Each of
// n columns belongs to an index, which leaves a part of it to one other index, its alias.
//
// Resolution: the 2^32 words fall on n columns, and within a column in steps of n·2^-32 of it. So a
// probability is off by up to 2^-32 for each column that the index has a part in, n·2^-32 in the
// worst case; an index of weight 0 is never drawn.
class AliasTable {
 public:
  // Weights are finite, 0 or more, at least one is positive; below 2^32 of them.
  explicit AliasTable(std::span<const double> weights);

  // An index below size(). 1 word.
  std::size_t draw(Random& random) const {
    const std::uint64_t place = std::uint64_t{random.word32()} * columns_.size();
    const auto index = static_cast<std::uint32_t>(place >> 32);
    const auto within = static_cast<std::uint32_t>(place);
    const auto [threshold, alias] = columns_[index];
    // Either index or alias, by a mask: a branch would be mispredicted every few draws.
    const std::uint32_t own = 0u - static_cast<std::uint32_t>(within < threshold);
    return (index & own) | (alias & ~own);
  }

  std::size_t size() const { return columns_.size(); }

  // Weight i over the sum of all.
  double share(std::size_t i) const { return share_[i]; }

 private:
  struct Column {
    std::uint32_t threshold = 0;  // of 2^32: the index's own part; the alias has the rest
    std::uint32_t alias = 0;
  };

  std::vector<Column> columns_;
  std::vector<double> share_;
};

}  // namespace rolecall
