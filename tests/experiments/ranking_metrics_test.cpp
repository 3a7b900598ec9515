#include "experiments/ranking_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/bootstrap.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

RankingMetrics metrics_of(const LabelledScores& s) {
  const RankedGroups ranked = rank_groups(s);
  return Ranking(ranked).measure(testing::once(ranked)).value();
}

LabelledScores in_one_tree(std::vector<double> score, std::vector<std::uint8_t> won) {
  const std::size_t n = score.size();
  return {
      .score = std::move(score), .won = std::move(won), .tree = std::vector<std::uint32_t>(n, 0)};
}

double auc_by_pairs(const LabelledScores& s) {
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < s.score.size(); ++i)
    for (std::size_t j = 0; j < s.score.size(); ++j)
      if (s.won[i] && !s.won[j]) {
        sum += s.score[i] > s.score[j] ? 1 : s.score[i] == s.score[j] ? .5 : 0;
        ++pairs;
      }
  return sum / pairs;
}

// The mean, over won groups, of the precision at the group's own score as threshold.
double average_precision_by_pairs(const LabelledScores& s) {
  double sum = 0, all_won = 0;
  for (std::size_t i = 0; i < s.score.size(); ++i) {
    if (!s.won[i]) continue;
    double won = 0, above = 0;
    for (std::size_t j = 0; j < s.score.size(); ++j)
      if (s.score[j] >= s.score[i]) {
        ++above;
        won += s.won[j];
      }
    sum += won / above;
    ++all_won;
  }
  return sum / all_won;
}

// Each group is in the top for the part of it that the top has room for.
double lift_by_rank(const LabelledScores& s, double percent) {
  const auto n = static_cast<double>(s.score.size());
  const double top = percent / 100 * n;
  double won_in_top = 0, won = 0;
  for (std::size_t i = 0; i < s.score.size(); ++i) {
    double above = 0, tied = 0;
    for (const double other : s.score) {
      above += other > s.score[i];
      tied += other == s.score[i];
    }
    won_in_top += s.won[i] * std::clamp((top - above) / tied, 0., 1.);
    won += s.won[i];
  }
  return (won_in_top / top) / (won / n);
}

TEST(Ranking, ByHand) {
  // Won at 4 and 2, lost at 3 and 1: of four pairs three stand right.
  const RankingMetrics m = metrics_of(in_one_tree({1, 2, 3, 4}, {0, 1, 0, 1}));
  EXPECT_DOUBLE_EQ(m.auc, .75);
  EXPECT_DOUBLE_EQ(m.pr_auc, .5 * 1 + .5 * 2 / 3);
  // The top 5 % are a fifth of the first group, which is won; half of all are.
  for (const double lift : m.lift) EXPECT_DOUBLE_EQ(lift, 2);
}

TEST(Ranking, TiesCountHalf) {
  const RankingMetrics m = metrics_of(in_one_tree({1, 1, 1, 1}, {0, 1, 0, 0}));
  EXPECT_DOUBLE_EQ(m.auc, .5);
  EXPECT_DOUBLE_EQ(m.pr_auc, .25);
  for (const double lift : m.lift) EXPECT_DOUBLE_EQ(lift, 1);
}

TEST(Ranking, LiftTakesAPartOfATieThatItsEdgeCuts) {
  // Ten groups; the top 20 % are the first, lost, and a third of the next three, one of them won.
  const RankingMetrics m =
      metrics_of(in_one_tree({9, 5, 5, 5, 1, 1, 1, 1, 1, 1}, {0, 1, 0, 0, 1, 0, 0, 0, 0, 0}));
  EXPECT_DOUBLE_EQ(m.lift[0], 0);
  EXPECT_DOUBLE_EQ(m.lift[1], 0);
  EXPECT_DOUBLE_EQ(m.lift[2], (1. / 3 / 2) / .2);
}

TEST(Ranking, PerfectAndReversed) {
  EXPECT_DOUBLE_EQ(metrics_of(in_one_tree({1, 2, 8, 9}, {0, 0, 1, 1})).auc, 1);
  EXPECT_DOUBLE_EQ(metrics_of(in_one_tree({1, 2, 8, 9}, {1, 1, 0, 0})).auc, 0);
}

TEST(Ranking, AgreesWithTheDefinitions) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random = testing::test_random(1000 + seed);
    const LabelledScores s = testing::random_scores(seed, 2 + random.below(80), 1 + random.below(9),
                                                    1 + random.below(40));
    const RankingMetrics m = metrics_of(s);
    EXPECT_NEAR(m.auc, auc_by_pairs(s), 1e-14);
    EXPECT_NEAR(m.pr_auc, average_precision_by_pairs(s), 1e-14);
    for (std::size_t k = 0; k < lift_percents.size(); ++k)
      EXPECT_NEAR(m.lift[k], lift_by_rank(s, lift_percents[k]), 1e-12);
  }
}

TEST(Ranking, MultiplicitiesAreRepeatedRows) {
  std::size_t measured = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const RankedGroups ranked = rank_groups(testing::random_scores(seed, 60, 1 + seed % 12, 9));
    std::vector<std::uint32_t> multiplicity(ranked.units);
    draw_multiplicity(77, seed, multiplicity);
    const auto weighted = Ranking(ranked).measure(multiplicity);
    const RankedGroups copies = rank_groups(testing::repeated(ranked, multiplicity));
    EXPECT_EQ(weighted, Ranking(copies).measure(testing::once(copies)));
    measured += weighted.has_value();
  }
  EXPECT_GT(measured, 190u);
}

TEST(Ranking, HasNothingToSayWithoutBothOutcomes) {
  const RankedGroups ranked = rank_groups({.score = {1, 2}, .won = {0, 1}, .tree = {0, 1}});
  const Ranking ranking(ranked);
  EXPECT_FALSE(ranking.measure(std::vector<std::uint32_t>{2, 0}));
  EXPECT_FALSE(ranking.measure(std::vector<std::uint32_t>{0, 2}));
  EXPECT_TRUE(ranking.measure(std::vector<std::uint32_t>{1, 1}));
}

}  // namespace
}  // namespace rolecall
