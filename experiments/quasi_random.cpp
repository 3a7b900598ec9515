#include "experiments/quasi_random.hpp"

#include <fmt/format.h>
#include <boost/random/sobol.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"

namespace rolecall {

std::size_t sobol_dimension_limit() { return boost::random::default_sobol_table::max_dimension; }

std::vector<double> sobol_points(std::uint64_t seed, std::size_t dimensions, std::size_t n,
                                 std::uint64_t first) {
  if (dimensions == 0 || dimensions > sobol_dimension_limit())
    throw InputError({.field = "dimensions",
                      .value = fmt::format("{}", dimensions),
                      .what = fmt::format("Sobol' points have 1 to {}", sobol_dimension_limit()),
                      .remedy = "Vary fewer things, or take a Latin hypercube."});
  std::vector<std::uint64_t> shifts(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d)
    shifts[d] = Random(seed, RandomStream::sobol, d).word64();

  boost::random::sobol sequence(dimensions);
  if (first > 1) sequence.seed(first - 1);  // the engine leaves out the point 0
  std::vector<double> points(n * dimensions);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t d = 0; d < dimensions; ++d) {
      const std::uint64_t unshifted = first + i == 0 ? 0 : sequence();
      const std::uint64_t shifted = unshifted + shifts[d];  // modulo 2^64
      points[i * dimensions + d] = (static_cast<double>(shifted >> 12) + 0.5) * 0x1p-52;
    }
  return points;
}

std::vector<double> sobol_point(std::uint64_t seed, std::size_t dimensions, std::uint64_t i) {
  return sobol_points(seed, dimensions, 1, i);
}

std::vector<double> latin_hypercube(std::uint64_t seed, std::size_t dimensions, std::size_t n) {
  if (n > UINT32_MAX)
    throw InputError({.field = "points",
                      .value = fmt::format("{}", n),
                      .what = "a Latin hypercube has fewer than 2^32",
                      .remedy = "Take Sobol' points, which come in parts."});
  std::vector<double> points(n * dimensions);
  std::vector<std::uint32_t> interval(n);
  for (std::size_t d = 0; d < dimensions; ++d) {
    Random random(seed, RandomStream::hypercubes, d);
    std::iota(interval.begin(), interval.end(), 0u);
    for (std::size_t i = n; i > 1; --i) std::swap(interval[i - 1], interval[random.below(i)]);
    for (std::size_t i = 0; i < n; ++i) {
      // 32 bits leave the sum exact for intervals up to 2^20.
      const double within = (random.word32() + 0.5) * 0x1p-32;
      points[i * dimensions + d] =
          std::min((interval[i] + within) / static_cast<double>(n), 1 - 0x1p-53);
    }
  }
  return points;
}

}  // namespace rolecall
