#pragma once

#include <optional>

#include "core/predicate/predicate.hpp"
#include "core/toml_table.hpp"

// Conditions in TOML files; include it in sources alone.
namespace rolecall {

// The condition under a key; what is wrong with it is reported with file, line and caret. None when
// the key is not there.
std::optional<Predicate> read_condition(TomlTable& in, std::string_view key);

}  // namespace rolecall
