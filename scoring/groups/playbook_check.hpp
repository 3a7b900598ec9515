#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"

namespace rolecall {

struct PlaybookCheck {
  ProblemList problems;
  std::vector<std::string> warnings;
};

// What reading a playbook does not see: stages out of reach, templates that would give nobody a
// role, and, with a world (else null), accounts that it does not have, conditions that it cannot
// answer, and solutions of its groups that are no interest.
PlaybookCheck check_playbook(const Playbook& playbook, const World* world);

}  // namespace rolecall
