#include "experiments/validation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;

struct Judged {
  World world;
  std::vector<GroupId> groups;
  std::vector<std::uint32_t> tree;
};

Judged judged(World world) {
  const SearchSpace space({}, {}, vendor_model(world, "test"));
  const CandidateJudge judge(world, space, parse_as_of("outcome-1d"), {});
  Judged result{{}, judge.groups(), judge.tree()};
  result.world = std::move(world);
  return result;
}

const Judged& sample() {
  static const Judged j = judged(generate_world(testing::small_spec(1)));
  return j;
}

Validation split(const Judged& j, const StudySpec::Validation& how) {
  return split_groups(j.world, j.groups, j.tree, how);
}

std::string complaint(const Judged& j, const StudySpec::Validation& how) {
  try {
    split(j, how);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::set<std::uint32_t> trees(const Judged& j, const std::vector<std::size_t>& groups) {
  std::set<std::uint32_t> all;
  for (const std::size_t g : groups) all.insert(j.tree[g]);
  return all;
}

Day day_of(const Judged& j, std::size_t g) {
  return j.world.outcomes.date[j.groups[g].index()].utc_day();
}

TEST(Validation, NoAccountTreeIsOnBothSidesOfAFold) {
  for (const std::uint64_t folds : {2, 5, 10}) {
    const Validation v = split(sample(), {.split = "accounts", .folds = folds});
    EXPECT_TRUE(v.searches_all_again);
    ASSERT_EQ(v.splits.size(), folds);
    std::vector<int> tested(sample().groups.size(), 0);
    for (const Split& s : v.splits) {
      const auto train = trees(sample(), s.train);
      for (const std::uint32_t tree : trees(sample(), s.test)) EXPECT_FALSE(train.contains(tree));
      EXPECT_EQ(s.train.size() + s.test.size(), sample().groups.size());
      for (const std::size_t g : s.test) ++tested[g];
    }
    for (const int times : tested) EXPECT_EQ(times, 1);
  }
}

TEST(Validation, HoldsOutWholeTreesOfNamedAccounts) {
  const auto& j = sample();
  // A child, where there is one: its whole tree goes.
  const std::vector<AccountId> roots = tree_roots(j.world.accounts.parents);
  std::size_t account = 0;
  for (std::size_t g = 0; g < j.groups.size(); ++g) {
    const std::size_t a = j.world.groups.accounts[j.groups[g].index()].index();
    account = a;
    if (roots[a].index() != a) break;
  }
  const Validation v =
      split(j, {.split = "named", .test_accounts = {std::string(j.world.accounts.ids[account])}});
  ASSERT_EQ(v.splits.size(), 1u);
  EXPECT_FALSE(v.searches_all_again);
  const auto held = trees(j, v.splits[0].test);
  EXPECT_EQ(held.size(), 1u);
  EXPECT_FALSE(trees(j, v.splits[0].train).contains(*held.begin()));
  EXPECT_EQ(v.splits[0].train.size() + v.splits[0].test.size(), j.groups.size());
  EXPECT_THAT(complaint(j, {.split = "named", .test_accounts = {"nobody"}}),
              HasSubstr("validation.test_accounts 'nobody': the world has no such account"));
  std::vector<std::string> everyone;
  for (std::size_t a = 0; a < j.world.accounts.size(); ++a)
    everyone.emplace_back(j.world.accounts.ids[a]);
  EXPECT_THAT(complaint(j, {.split = "named", .test_accounts = everyone}),
              HasSubstr("no group is left to search on"));
}

TEST(Validation, KeepsAGapInTime) {
  const auto& j = sample();
  std::size_t tried = 0;
  for (const double share : {.1, .3, .6})
    for (const double purge : {0., 1., 6.5, 20.}) {
      const StudySpec::Validation how{.split = "time", .test_share = share, .purge_days = purge};
      if (complaint(j, how) != "no error") continue;
      ++tried;
      const Validation v = split(j, how);
      ASSERT_EQ(v.splits.size(), 1u);
      const Split& s = v.splits[0];
      Day first = day_of(j, s.test[0]), last = day_of(j, s.train[0]);
      for (const std::size_t g : s.test) first = std::min(first, day_of(j, g));
      for (const std::size_t g : s.train) last = std::max(last, day_of(j, g));
      // The latest outcomes are tested, and all of them.
      EXPECT_GT(static_cast<double>((first - last).count()), purge);
      for (std::size_t g = 0; g < j.groups.size(); ++g)
        EXPECT_EQ(std::ranges::count(s.test, g) == 1, day_of(j, g) >= first);
      EXPECT_GE(static_cast<double>(s.test.size()),
                share * static_cast<double>(j.groups.size()) - 1);
      // No more is lost than the gap asks for.
      for (std::size_t g = 0; g < j.groups.size(); ++g)
        if (static_cast<double>((first - day_of(j, g)).count()) > purge)
          EXPECT_EQ(std::ranges::count(s.train, g), 1);
    }
  EXPECT_GT(tried, 5u);
  EXPECT_THAT(complaint(j, {.split = "time", .purge_days = 10'000}),
              HasSubstr("no group is left to search on"));
}

TEST(Validation, SplitsGroupsWhereTreesAreFew) {
  Judged j;
  j.world = sample().world;
  j.groups = sample().groups;
  j.tree.assign(j.groups.size(), 7);
  const Validation v = split(j, {.split = "accounts", .folds = 5});
  EXPECT_EQ(v.units.kind, ResamplingUnit::groups);
  EXPECT_EQ(v.splits.size(), 5u);
  j.groups.resize(1);
  j.tree.resize(1);
  EXPECT_THAT(complaint(j, {.split = "accounts"}), HasSubstr("too few to split"));
}

TEST(Validation, SaysWhichOutcomeHasNoDate) {
  Judged j{sample().world, sample().groups, sample().tree};
  j.world.outcomes.date[j.groups[3].index()] = Timestamp();
  EXPECT_THAT(complaint(j, {.split = "time"}),
              HasSubstr(std::string(j.world.groups.ids[j.groups[3].index()])));
}

}  // namespace
}  // namespace rolecall
