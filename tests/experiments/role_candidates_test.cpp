#include "experiments/role_candidates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CountCandidates, IsStepsToTheRoles) {
  StudySpec::Search search;
  EXPECT_EQ(count_candidates(search, 6), 600u);
  search.method = "grid";
  search.steps = 4;
  EXPECT_EQ(count_candidates(search, 0), 1u);
  EXPECT_EQ(count_candidates(search, 1), 4u);
  EXPECT_EQ(count_candidates(search, 6), 4'096u);
  search.steps = 10;
  EXPECT_EQ(count_candidates(search, 6), 1'000'000u);
  for (const auto& [steps, roles] : {std::pair{11, 6}, {2, 20}, {1'000, 20}}) {
    search.steps = static_cast<std::uint64_t>(steps);
    try {
      count_candidates(search, static_cast<std::size_t>(roles));
      ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("search.steps"), HasSubstr("Take fewer steps")));
    }
  }
}

TEST(GridCandidate, CountsThroughEveryCombination) {
  const StudySpec::Search search{.method = "grid", .lowest = 10, .highest = 40, .steps = 4};
  EXPECT_THAT(grid_candidate(search, 3, 0), ElementsAre(10, 10, 10));
  EXPECT_THAT(grid_candidate(search, 3, 1), ElementsAre(20, 10, 10));
  EXPECT_THAT(grid_candidate(search, 3, 4), ElementsAre(10, 20, 10));
  EXPECT_THAT(grid_candidate(search, 3, 63), ElementsAre(40, 40, 40));
  std::set<RoleWeights> seen;
  for (std::size_t i = 0; i < 64; ++i) seen.insert(grid_candidate(search, 3, i));
  EXPECT_EQ(seen.size(), 64u);
}

TEST(RandomCandidate, IsUniformOverTheWholeNumbers) {
  const StudySpec::Search search{.method = "random", .lowest = 3, .highest = 9, .seed = 5};
  std::vector<double> seen(10, 0);
  for (std::size_t i = 0; i < 7'000; ++i)
    for (const double w : random_candidate(search, 2, i)) {
      EXPECT_EQ(w, std::floor(w));
      ++seen.at(static_cast<std::size_t>(w));
    }
  double chi_squared = 0;
  for (std::size_t w = 0; w < 10; ++w) {
    if (w < 3) {
      EXPECT_EQ(seen[w], 0);
    } else {
      chi_squared += (seen[w] - 2'000) * (seen[w] - 2'000) / 2'000;
    }
  }
  EXPECT_LT(chi_squared, 22.5);  // 99.9 % point with 6 degrees of freedom
}

TEST(RandomCandidate, DependsOnSeedAndNumberAlone) {
  StudySpec::Search search;
  const RoleWeights first = random_candidate(search, 6, 11);
  search.candidates = 7;
  search.method = "refine";
  EXPECT_EQ(random_candidate(search, 6, 11), first);
  EXPECT_NE(random_candidate(search, 6, 12), first);
  search.seed = 2;
  EXPECT_NE(random_candidate(search, 6, 11), first);
}

TEST(NearCandidate, StaysNearAndWithinTheRange) {
  const StudySpec::Search search{.lowest = 1, .highest = 100};
  const RoleWeights centre{1, 50, 100};
  std::vector<double> middle;
  bool moved = false;
  for (std::size_t i = 0; i < 2'001; ++i) {
    const RoleWeights w = near_candidate(search, centre, i);
    for (const double v : w) {
      EXPECT_EQ(v, std::floor(v));
      EXPECT_GE(v, 1);
      EXPECT_LE(v, 100);
    }
    middle.push_back(w[1]);
    moved |= w != centre;
  }
  EXPECT_TRUE(moved);
  std::ranges::sort(middle);
  EXPECT_NEAR(middle[1'000], 50, 2);  // as often above as below
  EXPECT_GT(middle[200], 20);         // most are near
  EXPECT_LT(middle[1'800], 100);
  EXPECT_LT(middle.front(), 15);  // and some far
  EXPECT_EQ(middle.back(), 100);
}

TEST(Shares, AddUpToOne) {
  EXPECT_THAT(shares({1, 2, 5}), ElementsAre(.125, .25, .625));
  EXPECT_THAT(shares({0, 7}), ElementsAre(0, 1));
  EXPECT_THAT(shares({0, 0}), ElementsAre(0, 0));
  EXPECT_THAT(shares({}), ElementsAre());
}

}  // namespace
}  // namespace rolecall
