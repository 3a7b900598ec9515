#include "experiments/ranked_groups.hpp"

#include <gtest/gtest.h>

#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

using V = std::vector<std::uint32_t>;

TEST(RankGroups, OrdersByScoreThenOutcomeThenTree) {
  const RankedGroups r = rank_groups(
      {.score = {1, 2, 2, 2, -5}, .won = {1, 0, 1, 1, 0}, .tree = {900, 7, 900, 40, 7}});
  EXPECT_EQ(r.score, (std::vector<double>{2, 2, 2, 1, -5}));
  EXPECT_EQ(r.won, (std::vector<std::uint8_t>{1, 1, 0, 1, 0}));
  EXPECT_EQ(r.unit, (V{1, 2, 0, 2, 0}));
  EXPECT_EQ(r.units, 3u);
  EXPECT_EQ(r.trees, 3u);
  EXPECT_EQ(r.resampling_unit, ResamplingUnit::account_trees);
}

TEST(RankGroups, FallsBackToGroupsWithinOneTree) {
  const RankedGroups r = rank_groups({.score = {1, 3, 2}, .won = {1, 0, 1}, .tree = {5, 5, 5}});
  EXPECT_EQ(r.unit, (V{0, 1, 2}));
  EXPECT_EQ(r.units, 3u);
  EXPECT_EQ(r.trees, 1u);
  EXPECT_EQ(r.resampling_unit, ResamplingUnit::groups);
  EXPECT_EQ(to_string(r.resampling_unit), "groups");
}

TEST(RankGroups, ForgetsTheOrderOfRows) {
  for (const std::size_t trees : {1u, 9u}) {
    const LabelledScores s = testing::random_scores(3, 300, trees, 6);
    const RankedGroups a = rank_groups(s);
    const RankedGroups b = rank_groups(testing::shuffled(s, 4));
    EXPECT_EQ(a.score, b.score);
    EXPECT_EQ(a.won, b.won);
    EXPECT_EQ(a.unit, b.unit);
  }
}

}  // namespace
}  // namespace rolecall
