#pragma once

#include <filesystem>

#include "core/world.hpp"

namespace rolecall {

// Writes the CSV bundle of a world into an existing folder; importing it gives the same world.
// Throws SystemError when the system refuses.
void export_csv_bundle(const World& world, const std::filesystem::path& folder);

}  // namespace rolecall
