#include "core/predicate/hierarchy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "core/find_id.hpp"
#include "core/predicate/filter.hpp"

namespace rolecall {
namespace {

using Truths = std::vector<std::uint8_t>;
// Makes of what holds for each account what holds for its relatives, in place.
using Spread = std::function<void(const Accounts&, Truths&)>;

void spread_to_children(const Accounts& accounts, Truths& holds) {
  Truths of_parent(holds.size(), 0);
  for (std::size_t a = 0; a < holds.size(); ++a)
    if (const AccountId parent = accounts.parents[a]) of_parent[a] = holds[parent.index()];
  holds = std::move(of_parent);
}

void spread_down(const Accounts& accounts, Truths& holds) {
  const std::vector<AccountId> order = children_first(accounts.parents);
  for (auto a = order.rbegin(); a != order.rend(); ++a)
    if (const AccountId parent = accounts.parents[a->index()])
      holds[a->index()] |= holds[parent.index()];
}

// Ancestors alone: what holds for the parent or above it.
void spread_below(const Accounts& accounts, Truths& holds) {
  spread_down(accounts, holds);
  spread_to_children(accounts, holds);
}

void spread_above(const Accounts& accounts, Truths& holds) {
  Truths above(holds.size(), 0);
  for (const AccountId a : children_first(accounts.parents))
    if (const AccountId parent = accounts.parents[a.index()])
      if (holds[a.index()] != 0 || above[a.index()] != 0) above[parent.index()] = 1;
  holds = std::move(above);
}

// The accounts, asked once for a day; then looked up.
Column spread_column(const Accounts& accounts, Filter&& filter, Spread spread) {
  struct State {
    Filter filter;
    Truths holds;
  };
  const auto state = std::make_shared<State>(State{std::move(filter), {}});
  Column column{ValueType::truth, FillTruths([state](Rows rows, std::span<std::uint8_t> out) {
                  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = state->holds[rows[i]];
                })};
  column.changes_with_day = state->filter.changes_with_day();
  column.prepare = [state, &accounts, spread = std::move(spread)](Day as_of) {
    if (!state->holds.empty() && !state->filter.changes_with_day()) return;
    state->holds = state->filter.holds(as_of);
    spread(accounts, state->holds);
  };
  if (!state->filter.warnings().empty()) column.warning = state->filter.warnings().front();
  return column;
}

Column subtree_of(const Accounts& accounts, const std::string& id) {
  const std::optional<std::size_t> root = find_id(accounts.ids, id);
  if (!root)
    throw BadArgument{
        0, fmt::format("there is no account '{}'", printable(id)),
        suggest_id(accounts.ids, id,
                   "Give an account_id, or a condition such as subtree(name = \"Acme\").")};
  const auto holds = std::make_shared<Truths>(accounts.size(), std::uint8_t{0});
  (*holds)[*root] = 1;
  spread_down(accounts, *holds);
  return {ValueType::truth, FillTruths([holds](Rows rows, std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < rows.size(); ++i) out[i] = (*holds)[rows[i]];
          })};
}

}  // namespace

std::vector<SubjectFunction> hierarchy_functions(
    const Accounts& accounts, std::function<std::shared_ptr<const Subject>()> subject) {
  const auto function = [&](std::string name, Spread spread) {
    const std::string usage = name + "(condition on the account)";
    return SubjectFunction{
        std::move(name), usage,
        [&accounts, subject, spread = std::move(spread)](std::span<const Argument> arguments) {
          if (arguments.size() != 1 || !std::holds_alternative<Predicate>(arguments[0]))
            throw BadArgument{0, "one condition on accounts is expected here"};
          return spread_column(accounts, Filter(std::get<Predicate>(arguments[0]), *subject()),
                               spread);
        }};
  };
  const SubjectFunction by_condition = function("subtree", spread_down);
  return {function("any_ancestor", spread_below),
          function("any_descendant", spread_above),
          function("parent", spread_to_children),
          {"subtree", "subtree(\"account id\") or subtree(condition on the account)",
           [&accounts, by_condition](std::span<const Argument> arguments) {
             if (arguments.size() == 1)
               if (const auto* id = std::get_if<std::string>(&arguments[0]))
                 return subtree_of(accounts, *id);
             return by_condition.bind(arguments);
           }}};
}

std::vector<double> depths(const Accounts& accounts) {
  std::vector<double> depth(accounts.size(), 0);
  const std::vector<AccountId> order = children_first(accounts.parents);
  for (auto a = order.rbegin(); a != order.rend(); ++a)
    if (const AccountId parent = accounts.parents[a->index()])
      depth[a->index()] = depth[parent.index()] + 1;
  return depth;
}

}  // namespace rolecall
