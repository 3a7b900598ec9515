#include "experiments/held_out.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "experiments/isotonic.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

RankedGroups trees_of_sizes(const std::vector<std::size_t>& sizes) {
  LabelledScores s;
  for (std::size_t t = 0; t < sizes.size(); ++t)
    for (std::size_t i = 0; i < sizes[t]; ++i) {
      s.score.push_back(static_cast<double>(i));
      s.won.push_back(i % 2 == 0);
      s.tree.push_back(static_cast<std::uint32_t>(t));
    }
  return rank_groups(s);
}

TEST(Folds, LargestTreesFirstToTheSmallestFold) {
  const RankedGroups ranked = trees_of_sizes({2, 5, 3, 3, 1});
  EXPECT_EQ(assign_folds(ranked.unit, ranked.units, 2),
            (std::vector<std::uint32_t>{0, 0, 1, 1, 1}));
}

TEST(Folds, AreAPartitionIntoWholeTreesOfLikeSize) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const RankedGroups ranked = rank_groups(testing::random_scores(seed, 120, 2 + seed, 30));
    const std::size_t folds = std::min<std::size_t>(2 + seed % 6, ranked.units);
    const auto fold = assign_folds(ranked.unit, ranked.units, folds);
    ASSERT_EQ(fold.size(), ranked.units);  // every unit has one fold
    std::vector<std::size_t> unit_size(ranked.units, 0), size(folds, 0), smallest(folds, SIZE_MAX);
    for (const std::uint32_t unit : ranked.unit) ++unit_size[unit];
    for (std::size_t u = 0; u < ranked.units; ++u) {
      size.at(fold[u]) += unit_size[u];
      smallest[fold[u]] = std::min(smallest[fold[u]], unit_size[u]);
    }
    for (std::size_t a = 0; a < folds; ++a) {
      EXPECT_GT(size[a], 0u);
      for (std::size_t b = 0; b < folds; ++b) EXPECT_LE(size[a], size[b] + smallest[a]);
    }
  }
}

TEST(HeldOut, TheCurveHasNotSeenTheFold) {
  const RankedGroups ranked = rank_groups(testing::random_scores(5, 90, 11, 8));
  const auto fold = assign_folds(ranked.unit, ranked.units, 4);
  const auto probability = held_out_probabilities(ranked, fold, 4);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    std::map<double, OutcomeTally> by_score;
    for (std::size_t j = 0; j < ranked.size(); ++j)
      if (fold[ranked.unit[j]] != fold[ranked.unit[i]])
        by_score[ranked.score[j]] += OutcomeTally{ranked.won[j] != 0, ranked.won[j] == 0};
    std::vector<ScoreTally> tallies;
    for (const auto& [score, tally] : by_score) tallies.push_back({score, tally});
    EXPECT_EQ(probability[i], fit_isotonic(tallies)(ranked.score[i]));
  }
}

TEST(HeldOut, OneTreeHoldsAllTheWins) {
  // Without that tree nothing was ever won; without the other, everything.
  const RankedGroups ranked =
      rank_groups({.score = {3, 4, 1, 2}, .won = {1, 1, 0, 0}, .tree = {0, 0, 1, 1}});
  EXPECT_EQ(held_out_probabilities(ranked, assign_folds(ranked.unit, ranked.units, 2), 2),
            (std::vector<double>{0, 0, 1, 1}));
}

}  // namespace
}  // namespace rolecall
