#include "experiments/score_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

std::string_view account_name(const World& world, AccountId account) {
  return account ? world.accounts.ids[account.index()] : std::string_view{};
}

TextColumn displayed_column(const std::vector<double>& scores, Readings::Rounding rounding) {
  TextColumn column;
  for (const double v : scores)
    column.push_back(std::isnan(v) ? "-" : fmt::format("{:.0f}", displayed(v, rounding)));
  return column;
}

std::vector<TableColumn> group_table(const World& world, const Model& model,
                                     const GroupScores& scores) {
  TextColumn ids, as_of, missing, accounts, solutions;
  std::vector<std::int64_t> members(scores.members.begin(), scores.members.end());
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t g = scores.group[row].index();
    ids.push_back(world.groups.ids[g]);
    as_of.push_back(to_string(scores.as_of[row]));
    missing.push_back(fmt::format("{}", fmt::join(missing_roles(scores, row, model), ";")));
    accounts.push_back(account_name(world, world.groups.accounts[g]));
    solutions.push_back(world.solutions[world.groups.solutions[g].index()]);
  }
  const Readings::Rounding rounding = model.readings.display_rounding;
  return {{"group_id", std::move(ids), "", "external id of the buying group"},
          {"engagement", scores.engagement, "1", "engagement score"},
          {"completeness", scores.completeness, "%", "filled roles; NaN when none is required"},
          {"engagement_display", displayed_column(scores.engagement, rounding), "",
           "engagement as people see it"},
          {"completeness_display", displayed_column(scores.completeness, rounding), "",
           "completeness as people see it"},
          {"members", std::move(members), "people", "members in roles of the template"},
          {"missing_roles", std::move(missing), "", "required roles with too few members"},
          {"as_of", std::move(as_of), "", "day as of which the group was scored"},
          {"account_id", std::move(accounts), "", "account of the group"},
          {"solution", std::move(solutions), "", "solution interest of the group"}};
}

std::vector<TableColumn> person_table(const World& world, const Model& model,
                                      const Scores& scores) {
  if (scores.people.empty() && world.people.size() > 0)
    throw InputError({.field = "--level",
                      .value = "person",
                      .what = "people have no one score when groups look through "
                              "different windows",
                      .remedy = "Give --as-of a date, and a model without since_creation."});
  TextColumn accounts;
  for (const AccountId account : world.people.accounts)
    accounts.push_back(account_name(world, account));
  return {{"person_id", world.people.ids, "", "external id of the person"},
          {"engagement", scores.people, "1", "person score, as it enters groups"},
          {"engagement_display", displayed_column(scores.people, model.readings.display_rounding),
           "", "engagement as people see it"},
          {"account_id", std::move(accounts), "", "primary account of the person"}};
}

std::vector<TableColumn> account_table(const World& world, const Model& model,
                                       const GroupScores& scores) {
  const std::size_t n = world.accounts.size();
  std::vector<double> engagement(n, 0);
  std::vector<std::int64_t> groups(n, 0);
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t a = world.groups.accounts[scores.group[row].index()].index();
    engagement[a] += scores.engagement[row];
    ++groups[a];
  }
  TextColumn parents;
  for (const AccountId parent : world.accounts.parents)
    parents.push_back(account_name(world, parent));
  for (const AccountId a : children_first(world.accounts.parents)) {
    const AccountId parent = world.accounts.parents[a.index()];
    if (!parent) continue;
    engagement[parent.index()] += engagement[a.index()];
    groups[parent.index()] += groups[a.index()];
  }
  TextColumn display = displayed_column(engagement, model.readings.display_rounding);
  return {{"account_id", world.accounts.ids, "", "external id of the account"},
          {"engagement", std::move(engagement), "1",
           "sum over the groups of the account and its subtree"},
          {"engagement_display", std::move(display), "", "engagement as people see it"},
          {"groups", std::move(groups), "groups", "groups of the account and its subtree"},
          {"parent_account_id", std::move(parents), "", "parent account"}};
}

}  // namespace

std::vector<TableColumn> score_table(const World& world, const Model& model, const Scores& scores,
                                     Level level) {
  const Phase phase("make the table");
  switch (level) {
    case Level::person:
      return person_table(world, model, scores);
    case Level::account:
      return account_table(world, model, scores.groups);
    case Level::group:
      break;
  }
  return group_table(world, model, scores.groups);
}

}  // namespace rolecall
