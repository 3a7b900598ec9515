#pragma once

#include <string_view>
#include <vector>

namespace rolecall::sim {

// The texts of sim/scenarios/*.toml.
std::vector<std::string_view> scenario_sources();

// The text of sim/playbooks/default.toml.
std::string_view default_playbook();

}  // namespace rolecall::sim
