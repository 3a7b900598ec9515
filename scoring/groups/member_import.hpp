#pragma once

#include <cstdint>
#include <vector>

#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall {

struct ImportCounts {
  std::size_t added = 0;
  std::size_t ended = 0;     // were there, and got another last day
  std::size_t there = 0;     // were there just so
  std::size_t gave_way = 0;  // memberships of lower sources that ended, or went, for those added
  std::size_t blocked_by_journey = 0, blocked_by_manual = 0;
};

struct MemberImport {
  World world;
  ImportCounts counts;
  std::vector<std::size_t> overlaps;  // rows not added: the source has the person in the role then
};

// Adds memberships to a world, under the precedence of sources (precedence.hpp); of those of one
// person in one group the highest source goes first. `added` has a part for each group of the
// world, and roles that are rows of `roles`. `left_out` marks rows to pass over; empty: none.
MemberImport import_members(World world, const Memberships& added, const TextColumn& roles,
                            const std::vector<bool>& left_out = {});

// The rows whose role has no card in the template of their group's solution; groups without a
// template pass.
std::vector<std::size_t> rows_without_card(const World& world, const Model& model,
                                           const Memberships& added, const TextColumn& roles);

}  // namespace rolecall
