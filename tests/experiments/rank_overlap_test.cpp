#include "experiments/rank_overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

using Scores = std::vector<double>;

int sign(double x) { return (x > 0) - (x < 0); }

double tau_by_pairs(const Scores& a, const Scores& b) {
  double agreement = 0, in_a = 0, in_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      agreement += sign(a[i] - a[j]) * sign(b[i] - b[j]);
      in_a += a[i] != a[j];
      in_b += b[i] != b[j];
    }
  return agreement / std::sqrt(in_a * in_b);
}

// The part of group i that the top k have room for.
double part_in_top(const Scores& score, std::size_t i, double k) {
  double above = 0, tied = 0;
  for (const double other : score) {
    above += other > score[i];
    tied += other == score[i];
  }
  return std::clamp((k - above) / tied, 0., 1.);
}

double in_both_by_pairs(const Scores& a, const Scores& b, double k) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += part_in_top(a, i, k) * part_in_top(b, i, k);
  return sum;
}

// Every order of the groups that the scores allow; a set of the top k counts as often as it occurs.
std::vector<std::vector<bool>> all_tops(const Scores& score, std::size_t k) {
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<std::vector<bool>> tops;
  do {
    if (!std::ranges::is_sorted(order, [&](auto i, auto j) { return score[i] > score[j]; }))
      continue;
    std::vector<bool> top(score.size(), false);
    for (std::size_t i = 0; i < k; ++i) top[order[i]] = true;
    tops.push_back(top);
  } while (std::ranges::next_permutation(order).found);
  return tops;
}

struct Pair {
  Scores a, b;
  std::vector<std::uint32_t> weight;
};

Pair random_pair(std::uint64_t seed, std::size_t n, std::uint64_t levels) {
  Random random = testing::test_random(seed);
  Pair out;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t shared = random.below(levels);
    out.a.push_back(static_cast<double>(shared + random.below(levels)) / 7 - 1);
    out.b.push_back(static_cast<double>(shared + random.below(levels)) * 3 - 4);
    out.weight.push_back(static_cast<std::uint32_t>(random.below(4)));
  }
  return out;
}

TEST(RankPair, ByHand) {
  // Of six pairs, a and b tell five apart each; both tell four, three of them alike.
  const Scores a{1, 2, 2, 3}, b{1, 3, 2, 2};
  EXPECT_DOUBLE_EQ(kendall_tau_b(a, b), (3. - 1) / 5);
  // The top by a is the last and half of either of the middle; by b the second, and half of the
  // last two.
  EXPECT_DOUBLE_EQ(top_overlap(a, b, 2), (.5 * 1 + .5 * .5 + 1 * .5) / 2);
  EXPECT_DOUBLE_EQ(flipped(a, b, 2), 2 - 1.25);
}

TEST(RankPair, SameAndOpposite) {
  const Scores up{1, 2, 5, 9}, down{4, 3, 2, 1}, steeper{1, 4, 25, 81};
  EXPECT_DOUBLE_EQ(kendall_tau_b(up, steeper), 1);
  EXPECT_DOUBLE_EQ(kendall_tau_b(up, down), -1);
  EXPECT_EQ(top_overlap(up, steeper, 2), 1);
  EXPECT_EQ(top_overlap(up, down, 2), 0);
  EXPECT_EQ(flipped(up, down, 3), 1);
  EXPECT_EQ(flipped(up, steeper, 3), 0);
}

TEST(RankPair, AtTheEnds) {
  const Scores a{1, 2, 3}, flat{2, 2, 2};
  EXPECT_TRUE(std::isnan(kendall_tau_b(a, flat)));
  EXPECT_TRUE(std::isnan(kendall_tau_b({}, {})));
  EXPECT_TRUE(std::isnan(top_overlap(a, flat, 0)));
  EXPECT_EQ(flipped(a, flat, 0), 0);
  EXPECT_EQ(top_overlap(a, flat, 9), 1);
  EXPECT_EQ(flipped(a, flat, 9), 0);
  EXPECT_DOUBLE_EQ(top_overlap(a, flat, 1), 1. / 3);
  EXPECT_TRUE(std::isnan(RankPair(a, a).tau_b(std::vector<std::uint32_t>{0, 5, 0})));
}

TEST(RankPair, AgreesWithTheDefinitions) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Pair pair = random_pair(seed, 2 + seed % 71, 2 + seed % 40);
    if (std::ranges::min(pair.a) != std::ranges::max(pair.a) &&
        std::ranges::min(pair.b) != std::ranges::max(pair.b))
      EXPECT_NEAR(kendall_tau_b(pair.a, pair.b), tau_by_pairs(pair.a, pair.b), 1e-13);
    for (const std::size_t k : {1u, 2u, 5u, 30u}) {
      const double top = static_cast<double>(std::min(k, pair.a.size()));
      const double both = in_both_by_pairs(pair.a, pair.b, top);
      EXPECT_NEAR(top_overlap(pair.a, pair.b, k), both / top, 1e-13);
      EXPECT_NEAR(flipped(pair.a, pair.b, k), top - both, 1e-12);
    }
  }
}

TEST(RankPair, TiesAreTheMeanOverAllWaysToBreakThem) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Pair pair = random_pair(5000 + seed, 6, 2);
    for (std::size_t k = 1; k <= 6; ++k) {
      double changed = 0, ways = 0;
      const auto tops_b = all_tops(pair.b, k);
      for (const auto& top_a : all_tops(pair.a, k))
        for (const auto& top_b : tops_b) {
          for (std::size_t i = 0; i < 6; ++i) changed += top_a[i] && !top_b[i];
          ++ways;
        }
      EXPECT_NEAR(flipped(pair.a, pair.b, k), changed / ways, 1e-12);
    }
  }
}

TEST(RankPair, WeightsAreRepeatedRows) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Pair pair = random_pair(9000 + seed, 60, 3 + seed % 50);
    Scores a, b;
    for (std::size_t i = 0; i < pair.weight.size(); ++i) {
      a.insert(a.end(), pair.weight[i], pair.a[i]);
      b.insert(b.end(), pair.weight[i], pair.b[i]);
    }
    const RankPair once(pair.a, pair.b), copies(a, b);
    EXPECT_EQ(once.tau_b(pair.weight), copies.tau_b());
    for (const std::uint64_t k : {1u, 7u, 20u, 1000u}) {
      EXPECT_NEAR(once.top_overlap(k, pair.weight), copies.top_overlap(k), 1e-12);
      EXPECT_NEAR(once.flipped(k, pair.weight), copies.flipped(k), 1e-12);
    }
  }
}

}  // namespace
}  // namespace rolecall
