#pragma once

#include <vector>

#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"

namespace rolecall {

// The accounts of an audience as of a day, in order. Throws InputError for ids that the world does
// not have and for conditions that cannot be asked of its accounts.
std::vector<AccountId> accounts_of(const Audience& audience, const World& world,
                                   const Playbook& playbook, Day as_of);

}  // namespace rolecall
