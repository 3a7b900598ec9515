#pragma once

#include <cstdint>
#include <vector>

#include "core/world.hpp"
#include "sim/play.hpp"

// The state's rows as the tables of a world.
namespace rolecall::sim {

// Where people and groups of the cast stand in the table that is made: as in the cast unless a list
// says otherwise.
struct Places {
  std::size_t people = 0, groups = 0;  // rows of the tables
  const std::vector<std::uint32_t>* person = nullptr;
  const std::vector<std::uint32_t>* group = nullptr;

  explicit Places(const Cast& cast) : people(cast.people()), groups(cast.groups()) {}
  Places(std::size_t of_people, const std::vector<std::uint32_t>& persons, std::size_t of_groups,
         const std::vector<std::uint32_t>& places)
      : people(of_people), groups(of_groups), person(&persons), group(&places) {}

  std::uint32_t of_person(std::uint32_t p) const { return person == nullptr ? p : (*person)[p]; }
  std::uint32_t of_group(std::uint32_t g) const { return group == nullptr ? g : (*group)[g]; }
};

// The activities recorded from a day on, with the names of all types, whether or not they occur.
ActivityLog activities_since(const Play& play, DayIndex first, const Places& places);

// The parents that accounts have today.
std::vector<AccountId> parents_of(const Play& play);

// Which memberships: all that there were, or those that count today.
enum class Which : std::uint8_t { all, current };
Memberships memberships_of(const Play& play, Which which, const Places& places);

// The rows of the state by group, in their order, of memberships that there were for a day or more.
std::vector<std::vector<std::uint32_t>> membership_rows(const Play& play);

}  // namespace rolecall::sim
