#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// Which card of a template each person of a world would get, in whatever group.
struct RoleReport {
  static constexpr std::int8_t no_card = -1;

  std::vector<std::int8_t> card;    // by person, of the template; no_card
  TextColumn persona;               // by person; empty without
  std::vector<std::size_t> people;  // by card
  std::size_t without_card = 0;     // people
  std::vector<std::string> warnings;
};

// Asks the cards of a template about every person, as of a day: the first that holds wins. In
// parallel. Throws InputError for conditions that the world cannot answer.
RoleReport report_roles(const World& world, const Model& model, const RolesTemplate& source,
                        Day as_of);

// Whether the answers depend on the day.
bool roles_change_with_day(const World& world, const Model& model, const RolesTemplate& source);

}  // namespace rolecall
