#pragma once

#include <string>

#include "scoring/groups/playbook.hpp"

namespace rolecall {

// What a roles template or a stage model says, in 16 hexadecimal digits (FNV-1a of 64 bits,
// http://www.isthe.com/chongo/tech/comp/fnv): a guard against slips, not against forgers. Names
// count; comments, the order of keys and the solutions that a template lists for scoring do not.
// The personas of the model belong to a template that has conditions, for these may ask for them.
std::string seal(const RolesTemplate& roles, const Model& model);
std::string seal(const StageModel& stages);

}  // namespace rolecall
