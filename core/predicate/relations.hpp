#pragma once

#include "core/day_boundary.hpp"
#include "core/predicate/relation.hpp"
#include "core/world.hpp"

// Who belongs to whom in a world. The world must outlive the relations.
namespace rolecall {

Relation people_of_accounts(const World& world, const DayBoundary& boundary);
Relation groups_of_accounts(const World& world, const DayBoundary& boundary);
Relation deals_of_accounts(const World& world, const DayBoundary& boundary);
Relation groups_of_people(const World& world, const DayBoundary& boundary);
Relation members_of_groups(const World& world, const DayBoundary& boundary);

// Those of deal_contacts; where a world has no such rows at all, the people of the deal's account.
Relation contacts_of_deals(const World& world, const DayBoundary& boundary);

// The rows of one role alone.
Relation members_in_role(const World& world, const DayBoundary& boundary, RoleId role);
Relation contacts_in_role(const World& world, const DayBoundary& boundary, RoleId role);

// members("Influencer"), members(condition on the person) or members(), for groups; the same under
// another name for deals. A role that nobody has counts 0, with a warning.
SubjectFunction count_function(const World& world, std::string name, const Relation& all,
                               std::function<Relation(RoleId)> in_role);

}  // namespace rolecall
