#pragma once

#include <filesystem>
#include <vector>

#include "core/error.hpp"
#include "core/world.hpp"
#include "generators/csv_bundle.hpp"

namespace rolecall {

// The rows of a file like members.csv, for the groups and people of a world.
struct MemberRows {
  Memberships members;            // a part for each group of the world
  TextColumn roles;               // theirs, in bytewise order
  std::vector<std::size_t> rows;  // of the file, for each membership
  std::vector<Problem> rejects;   // rows that cannot be used; empty under OnError::stop
};

// Reads it, with the checks of the bundle: no such group or person, a day that does not exist, a
// person twice in a role of a group on one day. A row without a source has `source`. Throws
// InputError with every row that cannot be used, unless these are skipped.
MemberRows read_member_rows(const std::filesystem::path& csv, const World& world,
                            MemberSource source, OnError on_error);

}  // namespace rolecall
