#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/toml_table.hpp"

// Files that are written into another file as one of its tables.
namespace rolecall {

// A table as the text of a file.
std::string toml_text(const toml::table& table);

// Hands the table `key` of a file, if it is there, to a reader of files. The problems that this
// throws are reported of the table and its lines. Whether it is there and without problems.
bool read_embedded(TomlTable& in, std::string_view key,
                   const std::function<void(const toml::table&)>& read);

}  // namespace rolecall
