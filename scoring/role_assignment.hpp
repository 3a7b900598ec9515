#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/account_forest.hpp"
#include "core/inverse.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// Who could play a role in each group: the people of its account or, where the template says so, of
// the account and all below it; in order of person. A group without a template has nobody.
class Candidates {
 public:
  Candidates(const World& world, const Model& model);
  // Appends those of a group.
  void of(GroupId group, std::vector<std::uint32_t>& people) const;

 private:
  const World& world_;
  const Model& model_;
  SubtreeOrder order_;
  Inverse<std::uint32_t> people_;  // by place, with all below in a row
};

struct RoleAssignment {
  TextColumn roles;                          // names of cards, in bytewise order
  Memberships members;                       // source job, without dates
  std::size_t candidates = 0, assigned = 0;  // [people in groups]
  std::vector<std::string> warnings;
};

// Assigns roles by the conditions of a model's cards: the first card of the group's template that a
// candidate meets, in template order, wins. Conditions that look at the past do so as of the day
// of each group; a group without such a day gets nobody. Throws InputError for conditions that
// cannot be asked of this world.
RoleAssignment assign_roles(const World& world, const Model& model, const AsOf& as_of);

// The same into a world that has no memberships, when the model has conditions; else nothing.
// Returns notes for the user.
std::vector<std::string> assign_missing_roles(World& world, const Model& model, const AsOf& as_of);

}  // namespace rolecall
