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

// Those of deal_contacts; a deal without any has the people of its account.
Relation contacts_of_deals(const World& world, const DayBoundary& boundary);

// The rows of some roles alone: by RoleId, whether it is one of them. Who has no role has none.
Relation members_in_roles(const World& world, const DayBoundary& boundary,
                          const std::vector<std::uint8_t>& roles);
Relation contacts_in_roles(const World& world, const DayBoundary& boundary,
                           const std::vector<std::uint8_t>& roles);

// members("Influencer"), members(condition on the person) or members(), for groups; the same under
// another name for deals. A role that nobody has counts 0, with a warning.
SubjectFunction count_function(
    const World& world, std::string name, const Relation& all,
    std::function<Relation(const std::vector<std::uint8_t>& roles)> in_roles);

}  // namespace rolecall
