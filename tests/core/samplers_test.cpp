#include "core/samplers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "goodness_of_fit.hpp"

namespace rolecall {
namespace {

using testing::expect_counts;
using testing::expect_distribution;
using testing::expect_moments;
using testing::gamma_below;
using testing::normal_below;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A stream of its own for each test: the entity.
Random random_of(std::uint64_t entity) { return Random(7, RandomStream::bootstrap, entity); }

template <class Draw>
std::vector<double> draws_of(std::uint64_t entity, std::size_t n, Draw draw) {
  Random random = random_of(entity);
  std::vector<double> draws(n);
  for (double& x : draws) x = static_cast<double>(draw(random));
  return draws;
}

template <class Draw>
std::uint64_t words_of(Draw draw) {
  Random random = random_of(0);
  draw(random);
  return random.words();
}

TEST(DrawNormal, IsNormal) {
  const auto draws = draws_of(1, 50'000, draw_normal);
  expect_distribution(draws, normal_below);
  expect_moments(draws, 0, 1, 3);
  EXPECT_EQ(words_of(draw_normal), 2u);
}

TEST(DrawLogNormal, HasANormalLogarithm) {
  const auto draw = [](Random& random) { return draw_log_normal(random, 3, 0.5); };
  expect_distribution(draws_of(2, 50'000, draw),
                      [](double x) { return normal_below(std::log(x / 3) / 0.5); });
  EXPECT_EQ(words_of(draw), 2u);
  for (const double x :
       draws_of(2, 10, [](Random& random) { return draw_log_normal(random, 3, 0); }))
    EXPECT_EQ(x, 3);
}

TEST(DrawExponential, IsExponential) {
  const auto draw = [](Random& random) { return draw_exponential(random, 2.5); };
  const auto draws = draws_of(3, 50'000, draw);
  expect_distribution(draws, [](double x) { return -std::expm1(-x / 2.5); });
  expect_moments(draws, 2.5, 2.5 * 2.5, 9);
  EXPECT_EQ(words_of(draw), 2u);
  for (const double x : draws_of(3, 10, [](Random& random) { return draw_exponential(random, 0); }))
    EXPECT_EQ(x, 0);
}

TEST(DrawBoundedPareto, IsAParetoWithinItsBounds) {
  std::uint64_t entity = 100;
  for (const double alpha : {1e-9, 0.5, 1., 1.7, 4.}) {
    const auto draw = [=](Random& random) { return draw_bounded_pareto(random, alpha, 2, 500); };
    const auto draws = draws_of(++entity, 20'000, draw);
    expect_distribution(draws, [=](double x) {
      return std::expm1(-alpha * std::log(x / 2)) / std::expm1(-alpha * std::log(250.));
    });
    EXPECT_GE(std::ranges::min(draws), 2);
    EXPECT_LE(std::ranges::max(draws), 500);
    EXPECT_EQ(words_of(draw), 2u);
  }
}

TEST(BoundedParetoQuantile, InvertsTheDistributionFunction) {
  for (const double alpha : {1e-12, 1e-3, 0.1, 0.9, 1., 2.5, 30.})
    for (const double high : {3.0000001, 4., 1e3, 1e9})
      for (double p = 0.001; p < 1; p += 0.0317) {
        const double x = bounded_pareto_quantile(p, alpha, 3, high);
        // The slope of F in log(x), times the rounding of x, is what p can be off by.
        const double all = -std::expm1(-alpha * std::log(high / 3));
        const double slope = alpha * std::pow(x / 3, -alpha) / all;
        EXPECT_NEAR(-std::expm1(-alpha * std::log(x / 3)) / all, p, 1e-14 + slope * 1e-15)
            << alpha << " " << high;
      }
}

// Where p is near 1 and (low/high)^alpha is small, their sum must not be lost.
TEST(BoundedParetoQuantile, IsAccurateInItsTail) {
  for (const double alpha : {0.4, 1., 2.5})
    for (double above = 0.5; above > 1e-15; above /= 2) {
      const long double end = std::pow(1e-7L, static_cast<long double>(alpha));
      const long double truth =
          3 * std::pow(above + (1 - above) * end, -1 / static_cast<long double>(alpha));
      const double x = bounded_pareto_quantile(1 - above, alpha, 3, 3e7);
      EXPECT_NEAR(x, static_cast<double>(truth), x * 2e-14) << alpha << " " << above;
    }
}

TEST(BoundedParetoQuantile, EndsAtItsBounds) {
  for (const double alpha : {1e-300, 1e-9, 0.3, 1., 5., 200.})
    for (const double high : {3., 3.5, 1e6}) {
      EXPECT_EQ(bounded_pareto_quantile(0, alpha, 3, high), 3);
      EXPECT_NEAR(bounded_pareto_quantile(1, alpha, 3, high), high, high * 1e-14);
      EXPECT_LE(bounded_pareto_quantile(1, alpha, 3, high), high);
    }
  EXPECT_NEAR(bounded_pareto_quantile(0.25, 1e-300, 1, 1e8), 100, 1e-11);  // log(x) is uniform
  EXPECT_NEAR(bounded_pareto_quantile(0.5, 1, 1, 3), 1.5, 1e-15);          // 1 / (½ + ½·⅓)
}

TEST(DrawGamma, IsGamma) {
  std::uint64_t entity = 200;
  for (const double shape : {0.05, 0.3, 0.99, 1., 1.5, 2.5, 20.}) {
    const auto draws =
        draws_of(++entity, 50'000, [=](Random& random) { return draw_gamma(random, shape); });
    expect_distribution(draws, [=](double x) { return gamma_below(shape, x); });
    expect_moments(draws, shape, shape, 3 + 6 / shape);
  }
}

TEST(DrawGamma, HasTheMomentsOfALargeShape) {
  const double shape = 1e6;
  expect_moments(draws_of(210, 50'000, [=](Random& random) { return draw_gamma(random, shape); }),
                 shape, shape, 3 + 6 / shape);
}

// 2 words for each normal, 2 for each uniform, 2 to come down from shape + 1.
TEST(DrawGamma, TakesAboutFourWords) {
  for (const double shape : {0.3, 1., 20.}) {
    Random random = random_of(211);
    constexpr int draws = 20'000;
    for (int i = 0; i < draws; ++i) {
      const std::uint64_t before = random.words();
      draw_gamma(random, shape);
      const std::uint64_t words = random.words() - before;
      EXPECT_EQ(words % 2, 0u);
      EXPECT_GE(words, shape < 1 ? 6u : 4u);
    }
    const double mean = static_cast<double>(random.words()) / draws - (shape < 1 ? 2 : 0);
    EXPECT_GE(mean, 4);
    EXPECT_LT(mean, 4 * 1.06);
  }
}

TEST(PoissonQuantile, InvertsTheDistributionFunction) {
  for (const double mean : {0.01, 0.7, 4., 16.}) {
    double below = 0;
    for (std::uint64_t k = 0; k < 20; ++k) {
      const auto x = static_cast<double>(k);
      below += std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
      if (below > 1 - 1e-9) break;
      EXPECT_EQ(poisson_quantile(below - 1e-12, mean), k);
      EXPECT_EQ(poisson_quantile(below + 1e-12, mean), k + 1);
    }
  }
}

TEST(PoissonQuantile, EndsAtTheLargestUniform) {
  for (const double p : {1 - 0x1p-53, 1.})
    for (double mean = 16; mean > 1e-20; mean *= 0.9) {
      const std::uint64_t last = poisson_quantile(p, mean);
      EXPECT_LE(last, 70u) << mean;
      EXPECT_GE(static_cast<double>(last), mean > 0.1 ? mean + 8 * std::sqrt(mean) : 0) << mean;
    }
  EXPECT_EQ(poisson_quantile(0.5, 0), 0u);
  EXPECT_EQ(poisson_quantile(1, 0), 0u);
}

TEST(DrawPoisson, IsPoisson) {
  std::uint64_t entity = 300;
  for (const double mean : {0.01, 0.7, 4., 15.99, 16., 16.01, 50., 333.}) {
    const auto draws =
        draws_of(++entity, 50'000, [=](Random& random) { return draw_poisson(random, mean); });
    std::vector<double> counts(static_cast<std::size_t>(std::ranges::max(draws)) + 1, 0);
    for (const double x : draws) ++counts[static_cast<std::size_t>(x)];
    std::vector<double> probabilities;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      const auto x = static_cast<double>(k);
      probabilities.push_back(std::exp(x * std::log(mean) - mean - std::lgamma(x + 1)));
    }
    expect_counts(counts, probabilities);
    expect_moments(draws, mean, mean, 3 + 1 / mean);
  }
}

TEST(DrawPoisson, TakesTwoWordsForEachSixteen) {
  const auto words = [](double mean) {
    return words_of([=](Random& random) { draw_poisson(random, mean); });
  };
  EXPECT_EQ(words(0), 0u);
  EXPECT_EQ(words(std::numeric_limits<double>::denorm_min()), 2u);
  EXPECT_EQ(words(1), 2u);
  EXPECT_EQ(words(16), 2u);
  EXPECT_EQ(words(16.0001), 4u);
  EXPECT_EQ(words(50), 8u);
  EXPECT_EQ(words(1600), 200u);
}

TEST(DrawPoisson, HandlesTheEdges) {
  Random random = random_of(310);
  EXPECT_EQ(draw_poisson(random, 0), 0u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(draw_poisson(random, 1e-300), 0u);
  const std::uint64_t before = random.words();
  EXPECT_NEAR(static_cast<double>(draw_poisson(random, 1e7)), 1e7, 3.2905 * std::sqrt(1e7));
  EXPECT_EQ(random.words() - before, 2u * 625'000);
}

TEST(DrawChance, ComparesOneWord) {
  Random words = random_of(400);
  for (const double p : {0.25, 0.5, 0.1, 0x1p-32, 1 - 0x1p-32}) {
    Random random = words;
    const auto threshold = static_cast<std::uint64_t>(std::llround(p * 0x1p32));
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(draw_chance(random, p), words.word32() < threshold);
      EXPECT_EQ(random.words(), words.words());
    }
  }
}

TEST(DrawChance, RoundsToTheNearestWord) {
  for (std::uint64_t entity = 410; entity < 420; ++entity) {
    const double word = random_of(entity).word32();
    const auto chance = [&](double p) {
      Random random = random_of(entity);
      return draw_chance(random, p * 0x1p-32);
    };
    EXPECT_FALSE(chance(word));  // of as many words, the first to be false
    EXPECT_FALSE(chance(word + 0.49));
    EXPECT_TRUE(chance(word + 0.5));
    EXPECT_TRUE(chance(word + 1));
  }
}

TEST(DrawChance, IsSureAtTheEnds) {
  Random random = random_of(401);
  std::uint64_t words = 0;
  for (int i = 0; i < 100; ++i) {
    for (const double p : {0., -0., -1., 0x1p-34, -HUGE_VAL, nan})
      EXPECT_FALSE(draw_chance(random, p)) << p;
    for (const double p : {1., 1 - 0x1p-34, 2., HUGE_VAL}) EXPECT_TRUE(draw_chance(random, p)) << p;
    words += 10;
    EXPECT_EQ(random.words(), words);
  }
}

TEST(DrawChance, ComesTrueAsOftenAsItSays) {
  for (const double p : {0.001, 0.3, 0.9}) {
    const auto draws =
        draws_of(402, 100'000, [=](Random& random) { return draw_chance(random, p); });
    EXPECT_NEAR(std::accumulate(draws.begin(), draws.end(), 0.) / 1e5, p,
                3.2905 * std::sqrt(p * (1 - p) / 1e5));
  }
}

// Draws from a table of the weights; the counts are of their shares, and none of a weight of 0.
void expect_shares(const std::vector<double>& weights, std::uint64_t entity) {
  const AliasTable table(weights);
  ASSERT_EQ(table.size(), weights.size());
  const double total = std::accumulate(weights.begin(), weights.end(), 0.);
  Random random = random_of(entity);
  std::vector<double> counts(weights.size(), 0);
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    ++counts.at(table.draw(random));
    ASSERT_EQ(random.words(), i + 1);
  }
  std::vector<double> shares;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    shares.push_back(table.share(i));
    EXPECT_EQ(shares[i], weights[i] / total);
    if (weights[i] == 0) {
      EXPECT_EQ(counts[i], 0) << i;
    }
  }
  expect_counts(counts, shares);
}

TEST(AliasTable, DrawsByTheShares) {
  expect_shares({1, 2, 3, 4}, 500);
  expect_shares({0, 5, 0, 0, 1, 2.5, 1e-3, 0}, 501);
  expect_shares({1e-300, 3e-300, 0}, 502);
  expect_shares({1e300, 3e300, 1e-300}, 503);
  std::vector<double> sevenths(700, 1. / 7);  // with a rest that no sum of doubles divides
  for (std::size_t i = 0; i < sevenths.size(); i += 3) sevenths[i] = 0;
  expect_shares(sevenths, 504);
}

TEST(AliasTable, DrawsByTheSharesOfManyWeights) {
  Random random = random_of(510);
  std::vector<double> weights(5000);
  for (double& w : weights) w = draw_chance(random, 0.2) ? 0 : draw_log_normal(random, 1, 2);
  expect_shares(weights, 511);
}

TEST(AliasTable, HoldsOneWeight) {
  const AliasTable one(std::vector<double>{0.3});
  const AliasTable last(std::vector<double>{0, 0, 0.3});
  Random random = random_of(520);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(one.draw(random), 0u);
    EXPECT_EQ(last.draw(random), 2u);
  }
  EXPECT_EQ(one.share(0), 1);
  EXPECT_EQ(last.share(0), 0);
}

TEST(AliasTable, TakesTheIndexFromTheUpperBits) {
  const AliasTable quarters(std::vector<double>(4, 0.1));
  Random words = random_of(530);
  Random random = random_of(530);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(quarters.draw(random), words.word32() >> 30);
}

template <class Draw>
void expect_draws(Draw draw, const std::vector<double>& golden) {
  EXPECT_EQ(draws_of(0, golden.size(), draw), golden);
}

// What a seed means: these never change. Another compiler, a fused multiply-add or a call of the
// mathematical library would show here.
TEST(Samplers, KeepTheirBits) {
  expect_draws(
      [](Random& random) { return random.uniform(); },
      {0x1.24f7afa17627cp-3, 0x1.00f4cc03ed03dp-1, 0x1.0ca89129e5f3cp-3, 0x1.4566cda99ae8ap-2});
  expect_draws(
      [](Random& random) { return draw_normal(random); },
      {-0x1.111427b1abcp+0, 0x1.32ceff191b2adp-8, -0x1.1eee79e813af7p+0, -0x1.e54ddbf215f76p-2});
  expect_draws(
      [](Random& random) { return draw_log_normal(random, 3, 0.5); },
      {0x1.c2889f4d2091cp+0, 0x1.80e6603ec28e4p+1, 0x1.b681e12338fbfp+0, 0x1.2efbb89f0fffep+1});
  expect_draws(
      [](Random& random) { return draw_exponential(random, 2.5); },
      {0x1.3721105b81648p+2, 0x1.b93a61c2a563ep+0, 0x1.44fd0da78942p+2, 0x1.6eda0d55592fap+1});
  expect_draws(
      [](Random& random) { return draw_bounded_pareto(random, 1.2, 1, 1000); },
      {0x1.2322bcc5e7de9p+0, 0x1.c977e90761747p+0, 0x1.1fd17d8337cb7p+0, 0x1.600a1513cfd31p+0});
  expect_draws(
      [](Random& random) { return draw_bounded_pareto(random, 1e-3, 1, 1000); },
      {0x1.56d77267c985ap+1, 0x1.fd7c814007774p+4, 0x1.3beae25a78d81p+1, 0x1.1de9259b34794p+3});
  expect_draws(
      [](Random& random) { return draw_gamma(random, 0.3); },
      {0x1.2e6d9856182c3p-12, 0x1.7d051a11ecdd1p-8, 0x1.d222065d5d3fep-8, 0x1.6eff0c01ebd9ep-2});
  expect_draws(
      [](Random& random) { return draw_gamma(random, 1); },
      {0x1.eb3e775a77219p-4, 0x1.b3ccab23e227ep-4, 0x1.38c68cff07cc7p-2, 0x1.25fa0879f867fp+0});
  expect_draws(
      [](Random& random) { return draw_gamma(random, 20); },
      {0x1.e9c4a4b9ec5e4p+3, 0x1.e34cba5dd3859p+3, 0x1.1481c11f14cb6p+4, 0x1.5e7c6e053484fp+4});
  expect_draws([](Random& random) { return draw_poisson(random, 0.7); }, {0, 1, 0, 0, 0, 0, 1, 1});
  expect_draws([](Random& random) { return draw_poisson(random, 16); },
               {12, 16, 12, 14, 14, 13, 18, 17});
  expect_draws([](Random& random) { return draw_poisson(random, 100); },
               {86, 93, 95, 94, 112, 106, 90, 90});
  expect_draws([](Random& random) { return draw_chance(random, 0.5); }, {1, 1, 0, 0, 1, 1, 1, 1});
  const AliasTable table(std::vector<double>{1, 0, 2.5, 0.1, 7, 3});
  expect_draws([&](Random& random) { return table.draw(random); }, {4, 4, 4, 3, 4, 4, 2, 4});
}

TEST(Samplers, KeepTheirBitsOverManyDraws) {
  const AliasTable table(std::vector<double>{1, 0, 2.5, 0.1, 7, 3});
  Random random = random_of(1);
  std::uint64_t digest = 0;
  const auto add = [&](double x) {
    digest = (digest ^ std::bit_cast<std::uint64_t>(x)) * 0x9e3779b97f4a7c15;
    digest ^= digest >> 32;
  };
  for (int i = 0; i < 10'000; ++i) {
    add(draw_normal(random));
    add(draw_log_normal(random, 3, 0.5));
    add(draw_exponential(random, 2.5));
    add(draw_bounded_pareto(random, 1.2, 1, 1000));
    add(draw_bounded_pareto(random, 1e-3, 1, 1000));
    add(draw_gamma(random, 0.3));
    add(draw_gamma(random, 5));
    add(static_cast<double>(draw_poisson(random, 40)));
    add(static_cast<double>(table.draw(random)));
  }
  EXPECT_EQ(digest, 0xb9bd66bd37928e64u);
  EXPECT_EQ(random.words(), 271600u);
}

}  // namespace
}  // namespace rolecall
