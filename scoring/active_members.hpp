#pragma once

#include "core/world.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/moments.hpp"

namespace rolecall {

// Calls body(person, role, card) for the members of a group on a day, in order of (person, role),
// each once: two periods that meet on the day are one. `card` is BoundTemplate::no_card where the
// template lacks the role.
template <class Body>
void for_each_member(const Memberships& members, GroupId group, const BoundTemplate& bound, Day day,
                     DayBoundary& clock, const Body& body) {
  PersonId last_person;
  RoleId last_role;
  for (std::uint64_t m = members.offsets[group.index()]; m < members.offsets[group.index() + 1];
       ++m) {
    const PersonId person = members.people[m];
    const RoleId role = members.roles[m];
    if ((person == last_person && role == last_role) || !is_active(members, m, day, clock))
      continue;
    last_person = person;
    last_role = role;
    body(person, role, bound.card_of[role.index()]);
  }
}

}  // namespace rolecall
