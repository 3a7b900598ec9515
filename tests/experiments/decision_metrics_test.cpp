#include "experiments/decision_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

struct Groups {
  std::vector<double> score;
  std::vector<std::uint8_t> won;
  std::vector<std::uint32_t> weight;

  DecisionRanking ranking() const { return {score, won}; }
};

Groups random_groups(std::uint64_t seed, std::size_t n, std::size_t levels) {
  const LabelledScores s = testing::random_scores(seed, n, 1, levels);
  Random random = testing::test_random(seed + 50'000);
  Groups out{s.score, s.won, {}};
  for (std::size_t i = 0; i < n; ++i)
    out.weight.push_back(static_cast<std::uint32_t>(random.below(4)));
  return out;
}

Groups repeated(const Groups& groups) {
  Groups out;
  for (std::size_t i = 0; i < groups.score.size(); ++i)
    for (std::uint32_t k = 0; k < groups.weight[i]; ++k) {
      out.score.push_back(groups.score[i]);
      out.won.push_back(groups.won[i]);
    }
  return out;
}

// The part of rank r = 0, 1, … that the top have room for.
double part_of_rank(double top, std::size_t r) {
  return std::clamp(top - static_cast<double>(r), 0., 1.);
}

// Discounted gain and hand-offs of groups in one given order.
struct InOrder {
  double gain = 0, handed = 0, won = 0;
};

InOrder take_top(const Groups& groups, const std::vector<std::size_t>& order, double top) {
  InOrder out;
  for (std::size_t r = 0; r < order.size(); ++r) {
    const double part = part_of_rank(top, r);
    out.handed += part;
    if (!groups.won[order[r]]) continue;
    out.won += part;
    out.gain += part / std::log2(static_cast<double>(r) + 2);
  }
  return out;
}

std::vector<std::size_t> won_first(const Groups& groups) {
  std::vector<std::size_t> order(groups.won.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto i, auto j) { return groups.won[i] > groups.won[j]; });
  return order;
}

// The mean over every order that the scores allow.
InOrder mean_over_orders(const Groups& groups, double top) {
  std::vector<std::size_t> order(groups.score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  InOrder sum;
  double ways = 0;
  do {
    if (!std::ranges::is_sorted(order,
                                [&](auto i, auto j) { return groups.score[i] > groups.score[j]; }))
      continue;
    const InOrder one = take_top(groups, order, top);
    sum.gain += one.gain;
    sum.handed += one.handed;
    sum.won += one.won;
    ++ways;
  } while (std::ranges::next_permutation(order).found);
  return {sum.gain / ways, sum.handed / ways, sum.won / ways};
}

// The same in quadratic time: a group has each of its tie's ranks equally often.
InOrder mean_by_ranks(const Groups& groups, double top) {
  InOrder out;
  for (std::size_t i = 0; i < groups.score.size(); ++i) {
    std::size_t above = 0, tied = 0;
    for (const double other : groups.score) {
      above += other > groups.score[i];
      tied += other == groups.score[i];
    }
    for (std::size_t r = above; r < above + tied; ++r) {
      const double part = part_of_rank(top, r) / static_cast<double>(tied);
      out.handed += part;
      out.won += groups.won[i] * part;
      out.gain += groups.won[i] * part / std::log2(static_cast<double>(r) + 2);
    }
  }
  return out;
}

double sum(const std::vector<std::uint8_t>& won) {
  return std::accumulate(won.begin(), won.end(), 0.);
}

void expect_as(const Groups& groups, const InOrder& top, double share) {
  const HandOff hand_off{.capacity = share, .value_won = 7, .cost = 2};
  const auto n = static_cast<double>(groups.score.size());
  const InOrder ideal = take_top(groups, won_first(groups), share * n);
  const DecisionRanking ranking = groups.ranking();
  EXPECT_NEAR(ranking.ndcg(share).value(), top.gain / ideal.gain, 1e-12);
  EXPECT_NEAR(ranking.profit(hand_off), (7 * top.won - 2 * top.handed) / n, 1e-12);
  const std::vector<HandOffPoint> curve = ranking.curve(hand_off, std::vector{share});
  ASSERT_EQ(curve.size(), 1u);
  EXPECT_EQ(curve[0].share, share);
  EXPECT_EQ(curve[0].profit, ranking.profit(hand_off));
  EXPECT_NEAR(curve[0].precision, top.won / top.handed, 1e-12);
  EXPECT_NEAR(curve[0].recall, top.won / sum(groups.won), 1e-12);
}

TEST(Decisions, ByHand) {
  // Won at 9 and 5, where a lost one ties.
  const Groups groups{{5, 9, 1, 5}, {1, 1, 0, 0}, {}};
  const DecisionRanking ranking = groups.ranking();
  const double second = 1 / std::log2(3), third = 1 / std::log2(4);
  EXPECT_NEAR(ranking.ndcg().value(), (1 + (second + third) / 2) / (1 + second), 1e-15);
  EXPECT_NEAR(ranking.ndcg(.5).value(), (1 + second / 2) / (1 + second), 1e-15);
  EXPECT_NEAR(ranking.ndcg(.125).value(), 1, 1e-15);
  const HandOff hand_off{.capacity = .5, .value_won = 10, .cost = 4};
  EXPECT_DOUBLE_EQ(ranking.profit(hand_off), (10 * 1.5 - 4 * 2) / 4);
  const auto curve = ranking.curve(hand_off, even_shares(2));
  ASSERT_EQ(curve.size(), 3u);
  EXPECT_EQ(curve[0].threshold, INFINITY);
  EXPECT_TRUE(std::isnan(curve[0].precision));
  EXPECT_EQ(curve[0].recall, 0);
  EXPECT_EQ(curve[0].profit, 0);
  EXPECT_EQ(curve[1].threshold, 5);
  EXPECT_DOUBLE_EQ(curve[1].precision, .75);
  EXPECT_DOUBLE_EQ(curve[1].recall, .75);
  EXPECT_EQ(curve[2].threshold, 1);
  EXPECT_DOUBLE_EQ(curve[2].precision, .5);
  EXPECT_DOUBLE_EQ(curve[2].recall, 1);
}

TEST(Decisions, TiesAreTheMeanOverAllWaysToBreakThem) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Groups groups = random_groups(seed, 2 + seed % 5, 1 + seed % 3);
    for (const double share : {.1, .25, .5, .7, 1.})
      expect_as(groups, mean_over_orders(groups, share * static_cast<double>(groups.score.size())),
                share);
  }
}

TEST(Decisions, AgreeWithTheDefinitions) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Groups groups = random_groups(1000 + seed, 2 + seed % 60, 1 + seed % 40);
    for (const double share : {.01, .1, 1. / 3, .5, .95, 1.})
      expect_as(groups, mean_by_ranks(groups, share * static_cast<double>(groups.score.size())),
                share);
  }
}

TEST(Decisions, BestIsTheTopOfAFineCurve) {
  std::size_t inside = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::size_t n = 5 + seed % 40;
    const Groups groups = random_groups(2000 + seed, n, 2 + seed % 30);
    const DecisionRanking ranking = groups.ranking();
    const HandOff hand_off{.capacity = seed % 2 == 0 ? 1 : .37, .value_won = 5, .cost = 2};
    // Shares at which a score can end, and the capacity.
    std::vector<double> shares = even_shares(n);
    std::erase_if(shares, [&](double share) { return share > hand_off.capacity; });
    if (shares.back() < hand_off.capacity) shares.push_back(hand_off.capacity);
    const auto curve = ranking.curve(hand_off, shares);
    const double top = std::ranges::max(curve, {}, &HandOffPoint::profit).profit;
    const HandOffPoint best = ranking.best(hand_off).value();
    EXPECT_NEAR(best.profit, top, 1e-12);
    EXPECT_LE(best.share, hand_off.capacity);
    if (best.share > 0) {
      HandOff there = hand_off;
      there.capacity = best.share;
      EXPECT_NEAR(ranking.profit(there), best.profit, 1e-12);
    }
    for (const HandOffPoint& point : curve)
      if (point.share < best.share - 1e-12) EXPECT_LT(point.profit, best.profit);
    inside += best.share > 0 && best.share < hand_off.capacity;
  }
  EXPECT_GT(inside, 50u);
}

TEST(Decisions, HandOffsThatDoNotPayAreNotMade) {
  const DecisionRanking ranking({{1., 2.}}, std::vector<std::uint8_t>{0, 1});
  const HandOffPoint best = ranking.best({.value_won = 1, .cost = 2}).value();
  EXPECT_EQ(best.share, 0);
  EXPECT_EQ(best.profit, 0);
  EXPECT_EQ(best.threshold, INFINITY);
}

// .57 · 100 is a little less than 57 in doubles, and .29 · 100 than 29; .07 · 100 is more than 7.
TEST(Decisions, RoundingMovesNoThreshold) {
  std::vector<double> score(100);
  std::iota(score.rbegin(), score.rend(), 1.);  // 100, 99, …
  const DecisionRanking ranking(score, std::vector<std::uint8_t>(100, 1));
  const auto curve = ranking.curve({}, std::vector{.07, .29, .57});
  EXPECT_EQ(curve[0].threshold, 94);
  EXPECT_EQ(curve[1].threshold, 72);
  EXPECT_EQ(curve[2].threshold, 44);
}

TEST(Decisions, WeightsAreRepeatedRows) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Groups groups = random_groups(3000 + seed, 70, 2 + seed % 50);
    const DecisionRanking once = groups.ranking(), copies = repeated(groups).ranking();
    const HandOff hand_off{.capacity = .3, .value_won = 9, .cost = 2};
    EXPECT_NEAR(once.profit(hand_off, groups.weight), copies.profit(hand_off), 1e-12);
    for (const double share : {.05, .2, 1.})
      EXPECT_NEAR(once.ndcg(share, groups.weight).value(), copies.ndcg(share).value(), 1e-12);
    const HandOffPoint best = once.best(hand_off, groups.weight).value();
    EXPECT_NEAR(best.profit, copies.best(hand_off)->profit, 1e-12);
    EXPECT_NEAR(best.share, copies.best(hand_off)->share, 1e-12);
    EXPECT_EQ(best.threshold, copies.best(hand_off)->threshold);
    const auto curve = once.curve(hand_off, even_shares(20), groups.weight);
    const auto other = copies.curve(hand_off, even_shares(20));
    ASSERT_EQ(curve.size(), other.size());
    for (std::size_t i = 0; i < curve.size(); ++i) {
      EXPECT_EQ(curve[i].threshold, other[i].threshold);
      if (i > 0) EXPECT_NEAR(curve[i].precision, other[i].precision, 1e-12);
      EXPECT_NEAR(curve[i].recall, other[i].recall, 1e-12);
      EXPECT_NEAR(curve[i].profit, other[i].profit, 1e-12);
    }
  }
}

// More rows than the ranking has discounts ready for.
TEST(Decisions, OnePassGivesBothFigures) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Groups groups = random_groups(seed, 1 + seed % 40, 1 + seed % 7);
    const HandOff hand_off{static_cast<double>(seed % 11) / 10, 2, .3};
    const DecisionRanking ranking = groups.ranking();
    for (const std::span<const std::uint32_t> weight :
         {std::span<const std::uint32_t>{}, std::span<const std::uint32_t>(groups.weight)}) {
      const auto both = ranking.ndcg_and_profit(hand_off, weight);
      const auto ndcg = ranking.ndcg(1, weight);
      EXPECT_TRUE(ndcg ? both.ndcg == *ndcg : std::isnan(both.ndcg));
      const double profit = ranking.profit(hand_off, weight);
      EXPECT_TRUE(both.profit == profit || (std::isnan(profit) && std::isnan(both.profit)));
    }
  }
}

TEST(Decisions, WeightsMayMakeManyMoreRows) {
  Groups groups = random_groups(7, 9, 4);
  for (std::uint32_t& weight : groups.weight) weight = 40;
  EXPECT_NEAR(groups.ranking().ndcg(1, groups.weight).value(),
              repeated(groups).ranking().ndcg().value(), 1e-12);
}

TEST(Decisions, HaveNothingToSayOfNothing) {
  const std::vector<double> score{1, 2};
  const DecisionRanking lost(score, std::vector<std::uint8_t>{0, 0});
  EXPECT_FALSE(lost.ndcg());
  EXPECT_TRUE(std::isnan(lost.curve({}, even_shares(1))[1].recall));
  const std::vector<std::uint32_t> none{0, 0};
  EXPECT_TRUE(std::isnan(lost.profit({}, none)));
  EXPECT_TRUE(lost.curve({}, even_shares(4), none).empty());
  EXPECT_FALSE(lost.best({}, none));
}

}  // namespace
}  // namespace rolecall
