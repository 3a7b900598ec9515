#pragma once

#include <filesystem>
#include <string_view>

#include "core/world.hpp"

namespace rolecall {

// Adds about how much the file of a table ("people") holds, from its size and the lengths of some
// of its lines. Throws SystemError when it cannot be read.
void add_csv_size(std::string_view table, const std::filesystem::path& file, WorldSize& size);

}  // namespace rolecall
