#pragma once

#include <string>

#include "core/toml_table.hpp"
#include "scoring/groups/stage_model.hpp"

// Stage models in TOML files; include it in sources alone.
namespace rolecall {

// The stage model of a table, under a name that has been read. What is wrong with it is reported;
// one with problems is not to be used.
StageModel read_stage_model(TomlTable in, std::string name);

}  // namespace rolecall
