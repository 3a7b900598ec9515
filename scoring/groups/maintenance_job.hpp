#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"

namespace rolecall {

// Counts of people in groups: a person in two groups counts in each.
struct MaintenanceCounts {
  std::size_t groups = 0;  // of the interests
  std::size_t others = 0;  // groups that no interest names; they are left alone
  std::size_t joined = 0, left = 0, changed = 0, kept = 0;  // by the job
  std::size_t blocked_by_journey = 0, blocked_by_manual = 0;

  bool operator==(const MaintenanceCounts&) const = default;
};

MaintenanceCounts operator+(MaintenanceCounts a, const MaintenanceCounts& b);

struct Maintenance {
  World world;
  MaintenanceCounts counts;
  std::vector<std::string> warnings;
};

// Asks the role cards again about the groups of the interests, as of a day: who now meets a card
// joins from that day on, who meets none is a member of the job up to the day before, who meets
// another changes roles between the two; where a higher source has the say (precedence.hpp),
// nothing happens. Memberships that lie ahead stay, and groups that are created later are passed
// over. The same again on one day changes nothing. In parallel. Throws InputError for conditions
// that the world cannot answer.
Maintenance maintain_groups(World world, const Playbook& playbook, Day as_of);

// The same by the letter: one group, one person, one card at a time, over days. For tests; the
// memberships come out as whoever is in each role on each day of a range.
struct MemberDay {
  std::uint32_t group = 0, person = 0;
  std::string role;
  MemberSource source = MemberSource::job;
  Day day{};

  auto operator<=>(const MemberDay&) const = default;
};
std::vector<MemberDay> member_days(const World& world, Day first, Day last, DayBoundary boundary);
std::vector<MemberDay> maintain_by_reference(const World& world, const Playbook& playbook,
                                             Day as_of, Day first, Day last,
                                             MaintenanceCounts& counts);

}  // namespace rolecall
