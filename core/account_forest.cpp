#include "core/account_forest.hpp"

#include <algorithm>

namespace rolecall {

std::vector<std::vector<AccountId>> find_cycles(std::span<const AccountId> parents) {
  std::vector<std::vector<AccountId>> cycles;
  // The walk that first reached an account, counted from 1. A walk that meets its own trail has
  // found a cycle; one that meets an older trail has nothing new to find.
  std::vector<std::size_t> reached_by(parents.size(), 0);
  for (std::size_t start = 0; start < parents.size(); ++start) {
    AccountId at{start};
    while (at && reached_by[at.index()] == 0) {
      reached_by[at.index()] = start + 1;
      at = parents[at.index()];
    }
    if (!at || reached_by[at.index()] != start + 1) continue;
    std::vector<AccountId> cycle{at};
    for (AccountId next = parents[at.index()]; next != at; next = parents[next.index()])
      cycle.push_back(next);
    std::rotate(cycle.begin(), std::ranges::min_element(cycle), cycle.end());
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

std::vector<AccountId> children_first(std::span<const AccountId> parents) {
  std::vector<std::size_t> children(parents.size(), 0);
  for (const AccountId parent : parents)
    if (parent) ++children[parent.index()];
  std::vector<AccountId> order;
  order.reserve(parents.size());
  for (std::size_t a = 0; a < parents.size(); ++a)
    if (children[a] == 0) order.emplace_back(a);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const AccountId parent = parents[order[i].index()];
    if (parent && --children[parent.index()] == 0) order.push_back(parent);
  }
  return order;
}

SubtreeOrder subtree_order(std::span<const AccountId> parents) {
  const std::size_t n = parents.size();
  std::vector<std::uint32_t> size(n, 1), next(n, 0);
  const std::vector<AccountId> upward = children_first(parents);
  for (const AccountId a : upward)
    if (const AccountId parent = parents[a.index()]) size[parent.index()] += size[a.index()];
  SubtreeOrder order{std::vector<std::uint32_t>(n), std::vector<std::uint32_t>(n)};
  std::uint32_t roots = 0;
  for (auto a = upward.rbegin(); a != upward.rend(); ++a) {
    const AccountId parent = parents[a->index()];
    std::uint32_t& free = parent ? next[parent.index()] : roots;
    order.place[a->index()] = free;
    next[a->index()] = free + 1;
    free += size[a->index()];
    order.end[a->index()] = free;
  }
  return order;
}

std::vector<AccountId> tree_roots(std::span<const AccountId> parents) {
  std::vector<AccountId> roots(parents.size());
  const std::vector<AccountId> order = children_first(parents);
  for (auto a = order.rbegin(); a != order.rend(); ++a) {
    const AccountId parent = parents[a->index()];
    roots[a->index()] = parent ? roots[parent.index()] : *a;
  }
  return roots;
}

}  // namespace rolecall
