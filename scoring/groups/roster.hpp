#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/world.hpp"

namespace rolecall {

// A membership under change. Its role is a number of its roster's.
struct RosterRow {
  PersonId person;
  std::size_t role = 0;
  MemberSource source = MemberSource::job;
  Timestamp since, until;
  const Memberships* from = nullptr;  // where its attributes stand; null: it has none
  std::size_t row = 0;                // there
};

// The memberships of a world, taken out to be changed, group by group, and put back.
class Roster {
 public:
  // Takes the memberships of a world, which has none from then on.
  explicit Roster(World& world);
  Roster(const Roster&) = delete;  // rows point at what it holds
  Roster& operator=(const Roster&) = delete;

  // The rows of each group, in order of person.
  std::vector<std::vector<RosterRow>>& groups() { return groups_; }

  // The number of a role, known or new.
  std::size_t role(std::string_view name);
  const std::string& role_name(std::size_t role) const { return roles_[role]; }

  // Puts the rows back in the order that a world has them in, with the names of the roles that
  // members and deal contacts have. Throws InputError when a column of attributes has texts in one
  // origin and numbers in another, or there are more roles than can be kept.
  void put_into(World& world) &&;

 private:
  Memberships old_;
  std::vector<std::string> roles_;
  std::map<std::string, std::size_t, std::less<>> role_of_;
  std::vector<std::vector<RosterRow>> groups_;
};

// Whether a membership counts on a day.
bool counts_on(const RosterRow& row, Day day, DayBoundary& boundary);

}  // namespace rolecall
