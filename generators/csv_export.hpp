#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/world.hpp"

namespace rolecall {

// Appends a text as one field of an RFC 4180 record, in quotes where it needs them.
void append_csv_field(std::string& record, std::string_view text);

// Writes the CSV bundle of a world into an existing folder, and beside it what is known of its
// truth (truth_*.csv); importing the bundle gives the same world, without truth. Throws SystemError
// when the system refuses.
void export_csv_bundle(const World& world, const std::filesystem::path& folder);

}  // namespace rolecall
