#pragma once

#include <string>
#include <vector>

#include "core/world.hpp"

namespace rolecall {

struct NewGroup {
  std::string id;  // that no other has
  AccountId account;
  std::string solution;
  Timestamp created;
  std::string name;  // attributes; empty: missing
  std::string stage;
};

// Adds groups without members to a world, each at the place of its id. What a generated world knows
// of the truth of its groups is missing for them. `groups` comes in any order.
void add_groups(World& world, std::vector<NewGroup> groups);

}  // namespace rolecall
