#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "core/exact.hpp"
#include "scoring/bound_model.hpp"

namespace rolecall {

// The members of one group, added up by role card.
template <class Value>
struct RoleTally {
  std::array<Value, RolesTemplate::most_roles> sum{};
  std::array<Value, RolesTemplate::most_roles> most{};
  std::array<std::uint32_t, RolesTemplate::most_roles> members{};

  void add(std::size_t card, Value v) {
    most[card] = members[card] == 0 ? v : std::max(most[card], v);
    sum[card] += v;
    ++members[card];
  }
};

// The members of one group on one day, each (person, role) once.
template <class Value>
struct GroupTally {
  RoleTally<Value> roles;
  std::uint32_t people = 0;

  // Adds memberships in order of (person, role); two periods that meet on the day are one. `value`
  // gives what the person is worth.
  template <class PersonValue>
  void add(PersonId person, RoleId role, std::size_t card, const PersonValue& value) {
    if (person == last_person_ && role == last_role_) return;
    roles.add(card, value(person));
    people += person != last_person_;
    last_person_ = person;
    last_role_ = role;
  }

 private:
  PersonId last_person_;
  RoleId last_role_;
};

// What role weightings are divided by, in the unit of `values`.
template <class Value, class Values>
Value role_denominator(Readings::RoleDenominator how, const Values& values,
                       const std::array<std::uint32_t, RolesTemplate::most_roles>& members) {
  Value total = 0;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const auto v = static_cast<Value>(values[c]);
    switch (how) {
      case Readings::RoleDenominator::of_template:
        total += v;
        break;
      case Readings::RoleDenominator::present:
        total += members[c] > 0 ? v : 0;
        break;
      case Readings::RoleDenominator::members:
        total += v * static_cast<Value>(members[c]);
        break;
    }
  }
  return total;
}

// Σ share of the role · aggregate of its members, as one fraction over `unit`, rounded once.
// Nothing when that takes more than 126 bits. A group without members, or whose roles weigh
// nothing, scores 0.
std::optional<double> exact_engagement(const RoleTally<int128>& tally, const BoundTemplate& t,
                                       const Readings& readings, int128 unit);

// The same in floating point, roles in template order.
double float_engagement(const RoleTally<double>& tally, const BoundTemplate& t,
                        const Readings& readings);

// exact_engagement where there is one, else float_engagement.
double engagement(const RoleTally<int128>& tally, const BoundTemplate& t, const Readings& readings,
                  int128 unit);

// Mean role completeness [%]; NaN when no role counts.
double completeness(const std::array<std::uint32_t, RolesTemplate::most_roles>& members,
                    const RolesTemplate& t, Readings::CompletenessRoles which);

// Bit c: card c is required and has too few members.
std::uint32_t missing_cards(const std::array<std::uint32_t, RolesTemplate::most_roles>& members,
                            const RolesTemplate& t);

}  // namespace rolecall
