#pragma once

#include <string>
#include <vector>

#include "core/world.hpp"
#include "results/table_file.hpp"
#include "scoring/score.hpp"

namespace rolecall {

// The buying groups of a world as a table to browse: who and for what, how far its stage is where
// the world tells, members on the day by source, completeness and what is missing. A row for each
// scored group, in bytewise order of id.
std::vector<TableColumn> group_table(const World& world, const Model& model,
                                     const GroupScores& scores);

// "<solution> for <account>", unless the world names the group.
std::string group_name(const World& world, GroupId group);

// The rows of scores whose group has a text in its id or name, or in the id or name of its account.
// Case does not matter.
std::vector<std::size_t> search_groups(const World& world, const GroupScores& scores,
                                       const std::string& text);

// The memberships of a group, in order of (person, role, since); `active` is 1 on the day.
std::vector<TableColumn> membership_table(const World& world, GroupId group, Day as_of,
                                          DayBoundary boundary);

// Who joined and left a group when, in order of day, up to the as-of day.
std::vector<TableColumn> membership_history(const World& world, GroupId group, Day as_of,
                                            DayBoundary boundary);

}  // namespace rolecall
