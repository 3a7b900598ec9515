#include "experiments/quasi_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/random.hpp"

namespace rolecall {
namespace {

// The squared L₂ star discrepancy: Warnock 1972, as in Niederreiter 1992,
// doi:10.1137/1.9781611970081, chapter 2.
double squared_discrepancy(const std::vector<double>& points, std::size_t d) {
  const std::size_t n = points.size() / d;
  double singles = 0, pairs = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double product = 1;
    for (std::size_t k = 0; k < d; ++k) product *= (1 - points[i * d + k] * points[i * d + k]) / 2;
    singles += product;
    for (std::size_t j = 0; j < n; ++j) {
      double pair = 1;
      for (std::size_t k = 0; k < d; ++k)
        pair *= 1 - std::max(points[i * d + k], points[j * d + k]);
      pairs += pair;
    }
  }
  const auto count = static_cast<double>(n);
  return std::pow(3., -double(d)) - 2 * singles / count + pairs / (count * count);
}

std::vector<double> random_points(std::uint64_t seed, std::size_t d, std::size_t n) {
  Random random(seed, RandomStream::benchmarks, 0);
  std::vector<double> points(n * d);
  for (double& x : points) x = random.uniform();
  return points;
}

// How many points fall in each of n intervals of dimension k.
std::vector<int> counts_of(const std::vector<double>& points, std::size_t d, std::size_t k,
                           std::size_t n) {
  std::vector<int> counts(n);
  for (std::size_t i = k; i < points.size(); i += d)
    ++counts.at(static_cast<std::size_t>(points[i] * static_cast<double>(n)));
  return counts;
}

TEST(SobolPoints, HaveOneInEachIntervalOfEachDimension) {
  for (const std::size_t d : {1u, 3u, 40u}) {
    const auto points = sobol_points(3, d, 256);
    for (std::size_t k = 0; k < d; ++k)
      EXPECT_EQ(counts_of(points, d, k, 256), std::vector<int>(256, 1)) << d << ' ' << k;
  }
}

TEST(SobolPoints, HaveOneInEachBoxOfTwoDimensionsButForTheShift) {
  // The origin's image is the shift; without it, boxes of 1/16 × 1/16 hold one point each.
  const auto points = sobol_points(8, 2, 256);
  std::set<std::pair<int, int>> boxes;
  const auto place = [&](std::size_t i, std::size_t k) {
    const double unshifted = points[2 * i + k] - points[k] + 1e-9;
    return static_cast<int>(std::floor(16 * (unshifted - std::floor(unshifted))));
  };
  for (std::size_t i = 0; i < 256; ++i) boxes.insert({place(i, 0), place(i, 1)});
  EXPECT_EQ(boxes.size(), 256u);
}

TEST(SobolPoints, AreJoeAndKuosButForTheShift) {
  // The first points of new-joe-kuo-6 in Gray code order, dimensions 1 to 4.
  const double expected[][4] = {
      {0, 0, 0, 0},         {.5, .5, .5, .5},         {.75, .25, .25, .25},
      {.25, .75, .75, .75}, {.375, .375, .625, .875}, {.875, .875, .125, .375}};
  const auto points = sobol_points(8, 4, 6);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t k = 0; k < 4; ++k) {
      const double unshifted = points[4 * i + k] - points[k];
      EXPECT_NEAR(unshifted - std::floor(unshifted + 1e-9), expected[i][k], 1e-15) << i << ' ' << k;
    }
}

TEST(SobolPoints, FillTheCubeMoreEvenlyThanRandomOnes) {
  for (const std::size_t d : {2u, 5u, 10u}) {
    double sobol = 0, latin = 0, random = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      sobol += squared_discrepancy(sobol_points(seed, d, 512), d);
      latin += squared_discrepancy(latin_hypercube(seed, d, 512), d);
      random += squared_discrepancy(random_points(seed, d, 512), d);
    }
    EXPECT_LT(sobol, random / (d == 2 ? 50 : d == 5 ? 4 : 1.2)) << d;
    EXPECT_LT(latin, random / (d == 2 ? 1.5 : 1)) << d;
  }
}

TEST(SobolPoints, AreFunctionsOfSeedPointAndDimension) {
  const auto points = sobol_points(5, 7, 100);
  EXPECT_EQ(sobol_points(5, 7, 100), points);
  EXPECT_NE(sobol_points(6, 7, 100), points);
  for (const std::size_t i : {0u, 1u, 2u, 31u, 99u})
    EXPECT_EQ(sobol_point(5, 7, i),
              std::vector<double>(points.begin() + 7 * i, points.begin() + 7 * (i + 1)));
  for (const std::size_t first : {0u, 1u, 64u})
    EXPECT_EQ(sobol_points(5, 7, 100 - first, first),
              std::vector<double>(points.begin() + 7 * first, points.end()));
  const auto wide = sobol_points(5, 9, 3);
  for (std::size_t k = 0; k < 7; ++k) EXPECT_EQ(wide[2 * 9 + k], points[2 * 7 + k]);
}

TEST(SobolPoints, TakeEveryValueOverSeeds) {
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const double x = sobol_point(seed, 2, 5)[1] - 0.5;
    sum += x;
    squares += x * x;
  }
  EXPECT_LT(std::abs(sum / 4000), 3.29 * std::sqrt(1. / 12 / 4000));
  EXPECT_LT(std::abs(squares / 4000 - 1. / 12), 3.29 * std::sqrt(1. / 180 / 4000));
}

TEST(SobolPoints, HaveHundredsOfDimensions) {
  EXPECT_GE(sobol_dimension_limit(), 200u);
  for (const std::size_t d : {std::size_t{200}, sobol_dimension_limit()}) {
    const auto points = sobol_points(1, d, 64);
    EXPECT_TRUE(std::ranges::all_of(points, [](double x) { return 0 < x && x < 1; }));
    EXPECT_EQ(counts_of(points, d, d - 1, 64), std::vector<int>(64, 1));
  }
  EXPECT_THROW(sobol_points(1, 0, 1), InputError);
  try {
    sobol_points(1, sobol_dimension_limit() + 1, 1);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().at(0).field, "dimensions");
  }
}

TEST(LatinHypercube, HasOneInEachIntervalOfEachDimension) {
  for (const std::size_t n : {1u, 2u, 7u, 1000u, 300'000u}) {
    const auto points = latin_hypercube(4, 3, n);
    ASSERT_EQ(points.size(), 3 * n);
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_EQ(counts_of(points, 3, k, n), std::vector<int>(n, 1)) << n << ' ' << k;
  }
  EXPECT_TRUE(latin_hypercube(4, 3, 0).empty());
}

TEST(LatinHypercube, HasUncorrelatedDimensions) {
  const std::size_t n = 10'000;
  const auto points = latin_hypercube(9, 2, n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += (points[2 * i] - 0.5) * (points[2 * i + 1] - 0.5);
  EXPECT_LT(std::abs(12 * sum / double(n)), 3.29 / std::sqrt(double(n)));
}

TEST(LatinHypercube, IsAFunctionOfSeedAndSize) {
  EXPECT_EQ(latin_hypercube(4, 3, 50), latin_hypercube(4, 3, 50));
  EXPECT_NE(latin_hypercube(4, 3, 50), latin_hypercube(5, 3, 50));
  const auto wide = latin_hypercube(4, 200, 50);
  EXPECT_EQ(wide[7 * 200 + 2], latin_hypercube(4, 3, 50)[7 * 3 + 2]);
}

TEST(QuasiRandom, KeepsItsBits) {
  EXPECT_EQ(sobol_points(1, 2, 2, 1000), (std::vector{0x1.c0bff7ba10267p-1, 0x1.c65396f0abc5fp-1,
                                                      0x1.817fef74204cep-2, 0x1.8ca72de1578bep-2}));
  const auto wide = sobol_point(1, sobol_dimension_limit(), 5);
  EXPECT_EQ(wide[199], 0x1.349310a64bdd2p-2);
  EXPECT_EQ(wide[3666], 0x1.86f2d526f10ddp-1);
  EXPECT_EQ(latin_hypercube(1, 2, 2),
            (std::vector{0x1.3f9cd9568p-1, 0x1.dad0e14a8p-1, 0x1.5be5353dp-2, 0x1.73976877p-2}));
}

}  // namespace
}  // namespace rolecall
