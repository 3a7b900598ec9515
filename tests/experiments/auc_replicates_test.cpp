#include "experiments/auc_replicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "core/auc.hpp"
#include "core/parallel.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/ranking_metrics.hpp"
#include "same_world.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

using testing::random_scores;
using testing::same_bits;

// The same by Ranking: the groups as they are, then each replicate.
std::vector<double> by_ranking(const LabelledScores& s, std::size_t replicates,
                               std::uint64_t seed) {
  const RankedGroups ranked = rank_groups(s);
  const Ranking ranking(ranked);
  std::vector<double> auc;
  std::vector<std::uint32_t> multiplicity = testing::once(ranked);
  for (std::size_t column = 0; column <= replicates; ++column) {
    if (column > 0) draw_multiplicity(seed, column - 1, multiplicity);
    const auto metrics = ranking.measure(multiplicity);
    auc.push_back(metrics ? metrics->auc : std::numeric_limits<double>::quiet_NaN());
  }
  return auc;
}

TEST(AucReplicates, AreWhatRankingMeasures) {
  std::size_t undefined = 0, ties = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random = testing::test_random(2000 + seed);
    const std::size_t groups = 2 + random.below(150), trees = 2 + random.below(40),
                      levels = 1 + random.below(60), replicates = random.below(30);
    LabelledScores s = random_scores(seed, groups, trees, levels);
    s.tree[0] = 0, s.tree[1] = 1;  // two trees at least
    const AucReplicates aucs(s.won, s.tree, replicates, seed);
    const std::vector<double> got = aucs.measure(s.score);
    EXPECT_TRUE(same_bits(got, by_ranking(s, replicates, seed)));
    EXPECT_EQ(aucs.groups(), groups);
    EXPECT_EQ(aucs.units(), std::set(s.tree.begin(), s.tree.end()).size());
    EXPECT_EQ(aucs.won(), static_cast<std::size_t>(std::ranges::count(s.won, 1)));
    for (const double auc : got) undefined += std::isnan(auc);
    ties += groups > levels;
  }
  EXPECT_GT(undefined, 50u);
  EXPECT_GT(ties, 100u);
}

// As many trees as groups: every one is drawn by itself.
TEST(AucReplicates, AreWhatRankingMeasuresWhenEveryGroupIsATree) {
  LabelledScores s = random_scores(5, 800, 1, 300);
  for (std::size_t g = 0; g < 800; ++g) s.tree[g] = static_cast<std::uint32_t>(7919 * g % 800);
  EXPECT_TRUE(
      same_bits(AucReplicates(s.won, s.tree, 50, 9).measure(s.score), by_ranking(s, 50, 9)));
}

// Ranking numbers groups by rank, so the rows go in ranked.
TEST(AucReplicates, DrawGroupsWhenThereIsOneTree) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const RankedGroups ranked = rank_groups(random_scores(seed, 80, 1, 20));
    const LabelledScores s{
        .score = ranked.score, .won = ranked.won, .tree = std::vector<std::uint32_t>(80, 3)};
    const AucReplicates aucs(s.won, s.tree, 25, seed);
    EXPECT_EQ(aucs.units(), 80u);
    EXPECT_TRUE(same_bits(aucs.measure(s.score), by_ranking(s, 25, seed)));
  }
}

TEST(AucReplicates, BeginWithTheAucOfAllGroups) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const LabelledScores s = random_scores(seed, 90, 12, 15);
    const std::vector<double> alone = AucReplicates(s.won, s.tree, 0, 1).measure(s.score);
    ASSERT_EQ(alone.size(), 1u);
    EXPECT_EQ(alone[0], area_under_curve(s.score, s.won));
  }
}

// A replicate is the same whatever else is measured, so that scores compare replicate by replicate.
TEST(AucReplicates, HoldTheDrawsOfEveryScore) {
  const LabelledScores s = random_scores(3, 200, 25, 40);
  const AucReplicates few(s.won, s.tree, 10, 4), many(s.won, s.tree, 60, 4);
  const std::vector<double> a = few.measure(s.score), b = many.measure(s.score);
  EXPECT_TRUE(std::ranges::equal(a, std::span(b).first(11)));
  std::vector<double> risen = s.score;  // in the same order
  for (double& score : risen) score = std::exp(score / 10);
  EXPECT_EQ(many.measure(risen), b);
  EXPECT_NE(AucReplicates(s.won, s.tree, 60, 5).measure(s.score), b);
}

TEST(AucReplicates, AreTheSameForAnyThreads) {
  const LabelledScores s = random_scores(8, 3'000, 700, 900);
  std::vector<double> first;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    const std::vector<double> auc = AucReplicates(s.won, s.tree, 150, 6).measure(s.score);
    if (first.empty()) first = auc;
    EXPECT_EQ(auc, first);
  }
}

TEST(AucReplicates, HaveNothingToSayWithoutBothOutcomes) {
  for (const std::uint8_t outcome : {0, 1}) {
    const std::vector<std::uint8_t> won(6, outcome);
    const std::vector<std::uint32_t> tree{0, 0, 1, 1, 2, 2};
    for (const double auc :
         AucReplicates(won, tree, 5, 1).measure(std::vector<double>{1, 2, 3, 4, 5, 6}))
      EXPECT_TRUE(std::isnan(auc));
  }
}

}  // namespace
}  // namespace rolecall
