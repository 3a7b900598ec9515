#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"

namespace rolecall {

// What the creation job did for one interest and one of its audiences.
struct CreationCounts {
  std::string interest, audience;
  std::size_t accounts = 0;      // of the audience
  std::size_t there = 0;         // of these, with a group for the interest already
  std::size_t created = 0;       // groups
  std::size_t candidates = 0;    // people whom the cards were asked about, in the groups created
  std::size_t members = 0;       // of these, with a role
  std::size_t without_role = 0;  // candidates without
  std::vector<std::pair<std::string, std::size_t>> by_role;  // members, in order of the template
};

struct Creation {
  World world;
  std::vector<CreationCounts> counts;  // in order of interests, then of their audiences
  std::vector<std::string> warnings;
};

// Makes a group for every account of an audience that has none for the interest: named "<solution>
// for <account>", created on the day, in the first entry stage of the stage model, with the people
// whom the role cards take as of the day, from that day on. Its id is the solution's name in small
// letters, a hyphen and the account's id, with "-2", "-3" where another group has that. Throws
// InputError for conditions that the world cannot answer.
Creation create_groups(World world, const Playbook& playbook,
                       const std::vector<const SolutionInterest*>& interests, Day as_of);

}  // namespace rolecall
