#pragma once

#include <filesystem>

#include "core/world.hpp"

namespace rolecall {

// Adds the rows of a file like members.csv to the memberships of a world; roles and attributes that
// it does not have are added too. Throws InputError with every row that cannot be used (no such
// group or person, a person twice in a role of a group on one day, whether in the file or beside a
// membership there is); the world is then as it was.
void add_members(World& world, const std::filesystem::path& csv);

}  // namespace rolecall
