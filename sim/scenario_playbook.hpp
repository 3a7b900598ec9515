#pragma once

#include <string>

#include "core/toml_table.hpp"
#include "sim/scenario.hpp"

// The playbook of a scenario: built in, in a file beside it, or written into it.
namespace rolecall::sim {

// Reads the key `playbook`: "default", the path of a file relative to that of the scenario, or a
// table that is one. What is not there stays as it is.
void read_playbook(TomlTable& in, ScenarioPlaybook& playbook);

// Lets a setting of an arm, `playbook = "file"`, be the playbook itself.
void write_playbook_into(std::string& setting, TomlTable& arm);

// The playbook as read_playbook reads it back: a key of the root, or else sections, which come
// last.
std::string playbook_key(const ScenarioPlaybook& playbook);
std::string playbook_sections(const ScenarioPlaybook& playbook);

}  // namespace rolecall::sim
