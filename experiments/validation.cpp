#include "experiments/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "experiments/held_out.hpp"

namespace rolecall {
namespace {

// Groups stand for themselves where there are too few account trees to split.
ResamplingUnits splittable_units(const std::vector<std::uint32_t>& tree, std::size_t folds) {
  ResamplingUnits units = units_of(tree);
  if (units.trees >= 2 * folds || units.kind == ResamplingUnit::groups) return units;
  std::vector<std::uint32_t> single(tree.size());
  std::iota(single.begin(), single.end(), 0u);
  const std::size_t trees = units.trees;
  units = units_of(single);
  units.trees = trees;
  units.kind = ResamplingUnit::groups;
  return units;
}

Validation by_accounts(const std::vector<std::uint32_t>& tree, std::size_t folds) {
  Validation validation{
      .splits = {}, .searches_all_again = true, .units = splittable_units(tree, folds)};
  const std::size_t used = std::min(folds, validation.units.count);
  if (used < 2)
    throw InputError(
        {.field = "validation.folds",
         .value = fmt::format("{}", folds),
         .what = fmt::format("{} groups have an outcome, too few to split", tree.size()),
         .remedy = "A study needs won and lost groups in several account trees."});
  const std::vector<std::uint32_t> fold =
      assign_folds(validation.units.of_group, validation.units.count, used);
  for (std::size_t f = 0; f < used; ++f) {
    Split split{.name = fmt::format("fold {}", f + 1), .train = {}, .test = {}};
    for (std::size_t g = 0; g < tree.size(); ++g)
      (fold[validation.units.of_group[g]] == f ? split.test : split.train).push_back(g);
    validation.splits.push_back(std::move(split));
  }
  return validation;
}

Validation by_name(const World& world, const std::vector<std::uint32_t>& tree,
                   const std::vector<std::string>& names) {
  const std::vector<AccountId> roots = tree_roots(world.accounts.parents);
  std::set<std::uint32_t> held_out;
  for (const std::string& name : names) {
    std::size_t account = 0;
    while (account < world.accounts.size() && world.accounts.ids[account] != name) ++account;
    if (account == world.accounts.size())
      throw InputError({.field = "validation.test_accounts",
                        .value = name,
                        .what = "the world has no such account",
                        .remedy = "Name accounts by the ids of accounts.csv."});
    held_out.insert(static_cast<std::uint32_t>(roots[account].index()));
  }
  Split split{.name = "named", .train = {}, .test = {}};
  for (std::size_t g = 0; g < tree.size(); ++g)
    (held_out.contains(tree[g]) ? split.test : split.train).push_back(g);
  return {.splits = {std::move(split)}, .searches_all_again = false, .units = units_of(tree)};
}

Validation by_time(const World& world, const std::vector<GroupId>& groups,
                   const std::vector<std::uint32_t>& tree, const StudySpec::Validation& how) {
  std::vector<Day> days;
  for (const GroupId group : groups) {
    const Timestamp date = world.outcomes.date[group.index()];
    if (date.is_missing())
      throw InputError({.field = "outcome date",
                        .value = std::string(world.groups.ids[group.index()]),
                        .what = "the group has an outcome without a date, so it has no place in "
                                "time",
                        .remedy = "Add the date, or split by accounts."});
    days.push_back(date.utc_day());
  }
  std::vector<Day> sorted = days;
  std::ranges::sort(sorted);
  const auto at =
      static_cast<std::size_t>(static_cast<double>(sorted.size()) * (1 - how.test_share));
  const Day cutoff = sorted[std::min(at, sorted.size() - 1)];
  const Day last_train = cutoff - days_rep{static_cast<int>(how.purge_days) + 1};
  Split split{.name = "time, from " + to_string(cutoff), .train = {}, .test = {}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (days[g] >= cutoff) split.test.push_back(g);
    if (days[g] <= last_train) split.train.push_back(g);
  }
  return {.splits = {std::move(split)}, .searches_all_again = false, .units = units_of(tree)};
}

}  // namespace

Validation split_groups(const World& world, const std::vector<GroupId>& groups,
                        const std::vector<std::uint32_t>& tree, const StudySpec::Validation& how) {
  Validation validation = how.split == "named"  ? by_name(world, tree, how.test_accounts)
                          : how.split == "time" ? by_time(world, groups, tree, how)
                                                : by_accounts(tree, how.folds);
  for (const Split& split : validation.splits)
    if (split.train.empty() || split.test.empty())
      throw InputError(
          {.field = "validation",
           .value = how.split,
           .what = split.train.empty() ? "no group is left to search on" : "no group is held out",
           .remedy = "Hold out other accounts, or less; a shorter purge_days."});
  return validation;
}

}  // namespace rolecall
