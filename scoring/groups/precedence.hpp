#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scoring/groups/roster.hpp"

// Sources rank manual > journey > job: a lower one neither adds over nor removes a higher one's
// decision. A decision is any membership of a person in a group, whatever its role and days: one
// that is over too, for somebody ended it. So the highest source that ever had a say about a person
// in a group has the say from then on.
namespace rolecall {

// Who has the say, by all memberships of one person in one group; none where there are none.
std::optional<MemberSource> decider(std::span<const RosterRow> rows);

// What the job did about one person of one group.
enum class JobChange : std::uint8_t {
  none,     // nobody there, and nobody wanted
  kept,     // there as wanted
  joined,   // was not there
  left,     // was there
  changed,  // was there in another role
  blocked,  // something of these, but a higher source has the say
};

// Lets the job have one person of one group in a role from a day on, or in none, where it has the
// say: memberships of the job in other roles end the day before, or go when they would begin no
// earlier, and a new one begins unless there is one; it ends before the next one of the job begins.
// `rows` are all of that person in that group.
JobChange want_role(std::vector<RosterRow>& rows, PersonId person, std::optional<std::size_t> role,
                    Day day, DayBoundary& boundary);

// What became of a membership that a source adds.
enum class Addition : std::uint8_t {
  added,
  ended,    // it is there already with the same role, source and first day; its last day is set
  there,    // it is there already, just so
  blocked,  // a higher source has the say
  overlap,  // the person is in the role on these days by another row of the source; nothing is done
};

// Adds a membership. Those of lower sources of the same person in the same group give way: they end
// the day before it begins, or go when they begin no earlier. `gave_way` counts them.
Addition add_row(std::vector<RosterRow>& rows, const RosterRow& added, std::size_t& gave_way);

}  // namespace rolecall
