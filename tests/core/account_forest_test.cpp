#include "core/account_forest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<AccountId> parents(std::initializer_list<int> list) {
  std::vector<AccountId> result;
  for (const int p : list)
    result.push_back(p < 0 ? AccountId{} : AccountId{static_cast<std::size_t>(p)});
  return result;
}

TEST(AccountForest, FindsRoots) {
  EXPECT_EQ(tree_roots(parents({-1, 0, 1, -1, 3, 2})), parents({0, 0, 0, 3, 3, 0}));
  EXPECT_THAT(tree_roots({}), IsEmpty());
}

TEST(AccountForest, PutsChildrenFirst) {
  const auto forest = parents({3, 0, 0, -1, -1});
  std::vector<std::size_t> place(forest.size());
  const auto order = children_first(forest);
  ASSERT_EQ(order.size(), forest.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i].index()] = i;
  for (std::size_t a = 0; a < forest.size(); ++a)
    if (forest[a]) EXPECT_LT(place[a], place[forest[a].index()]);
}

TEST(AccountForest, MakesARangeOfEverySubtree) {
  const auto forest = parents({3, 0, 0, -1, -1, 2, 4});
  const SubtreeOrder order = subtree_order(forest);
  std::vector<std::size_t> places(order.place.begin(), order.place.end());
  std::ranges::sort(places);
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i);
  for (std::size_t a = 0; a < forest.size(); ++a)
    for (std::size_t b = 0; b < forest.size(); ++b) {
      bool below = false;
      for (AccountId up{b}; up && !below; up = forest[up.index()]) below = up == AccountId{a};
      EXPECT_EQ(order.place[a] <= order.place[b] && order.place[b] < order.end[a], below)
          << b << " below " << a;
    }
}

TEST(AccountForest, FindsEveryCycleOnce) {
  EXPECT_THAT(find_cycles(parents({-1, 0, 1})), IsEmpty());
  EXPECT_THAT(find_cycles(parents({0})), ElementsAre(parents({0})));
  // 5 → 4 → 2 → 1 → 4 leads into a cycle; 3 ↔ 0 is another.
  EXPECT_THAT(find_cycles(parents({3, 4, 1, 0, 2, 4})),
              ElementsAre(parents({0, 3}), parents({1, 4, 2})));
}

}  // namespace
}  // namespace rolecall
