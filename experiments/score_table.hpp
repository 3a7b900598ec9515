#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/world.hpp"
#include "results/table_file.hpp"
#include "scoring/score.hpp"

namespace rolecall {

enum class Level : std::uint8_t { group, person, account };

// The scores of a world as a table, in bytewise order of id.
//   group:   one row per scored group
//   person:  every person; throws InputError unless all groups share one as-of day
//   account: every account, with the sum over the groups of the account and its subtree
std::vector<TableColumn> score_table(const World& world, const Model& model, const Scores& scores,
                                     Level level);

}  // namespace rolecall
