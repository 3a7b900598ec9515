#pragma once

#include <vector>

#include "core/toml_table.hpp"
#include "sim/journeys/action.hpp"

namespace rolecall::sim {

// Whom the actions of a list may be about.
enum class Actors : std::uint8_t { people, people_and_group };

// The list of actions under the key `actions`, which has at least one.
std::vector<Action> read_actions(TomlTable& in, Actors actors);

}  // namespace rolecall::sim
