#pragma once

#include <cstdint>
#include <vector>

#include "core/world.hpp"
#include "generators/synthetic/population.hpp"
#include "generators/world_spec.hpp"

// Buying groups, who is in them, and what they are up to.
namespace rolecall::synthetic {

constexpr std::int64_t undecided = INT64_MAX;

// What a group does without knowing it; days are counted from the first of the log and may lie
// before it.
struct Purchase {
  double intent = 0;         // standard normal
  std::int64_t created = 0;  // [day]
  std::int64_t decided = 0;  // [day]; undecided
  double value = 0;          // of the deal
  std::uint64_t entity = 0;  // account × solutions + solution: what its draws are keyed by
};

struct Buying {
  TextColumn solutions;
  TextColumn roles;
  std::vector<std::size_t> role_rank;  // by RoleId: index into the specification's roles
  Groups groups;
  Memberships members;
  std::vector<Purchase> purchases;  // by group
};

Buying make_groups(const WorldSpec& spec, const Company& company, const Staff& staff);

}  // namespace rolecall::synthetic
