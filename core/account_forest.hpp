#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/id.hpp"

namespace rolecall {

// Every cycle among the parents, each as the accounts along it, beginning with the smallest id.
// Empty for a forest.
std::vector<std::vector<AccountId>> find_cycles(std::span<const AccountId> parents);

// The root of each account's tree. `parents` must be a forest.
std::vector<AccountId> tree_roots(std::span<const AccountId> parents);

// The accounts so ordered that each comes before its parent. `parents` must be a forest.
std::vector<AccountId> children_first(std::span<const AccountId> parents);

// The accounts so ordered that a subtree is a range: that of account a has the places place[a] …
// end[a] − 1, its own first. `parents` must be a forest.
struct SubtreeOrder {
  std::vector<std::uint32_t> place, end;
};
SubtreeOrder subtree_order(std::span<const AccountId> parents);

}  // namespace rolecall
