#pragma once

#include <string>
#include <vector>

#include "core/toml_table.hpp"
#include "sim/journeys/journey.hpp"

// Journeys in TOML files: docs/journeys.md. Include it in sources alone.
namespace rolecall::sim {

inline constexpr std::size_t most_nodes = 1000;  // of a journey
inline constexpr std::size_t most_flows = 10;    // to one paid destination

// The [[journey]] tables of a file. What is wrong with them is reported; with problems they are not
// to be used. Names of stages, roles, messages, destinations and activities are the caller's to
// check.
std::vector<Journey> read_journeys(TomlTable& in);

// The same as a text, which reads the same.
std::string to_toml(const std::vector<Journey>& journeys);

}  // namespace rolecall::sim
