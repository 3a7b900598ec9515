#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "experiments/score_table.hpp"
#include "scoring/as_of.hpp"

namespace rolecall {

struct SelectedRows {
  std::vector<std::size_t> rows;  // of the table, ascending
  std::vector<std::string> warnings;
};

// The rows of a score table that a condition holds for, after all scaling: groups as of their own
// day each, people and accounts as of the one day. Throws InputError for names that the level does
// not have, and for conditions on the past without one day.
SelectedRows rows_where(const Predicate& where, const World& world, const Model& model,
                        const Scores& scores, const std::vector<TableColumn>& table, Level level,
                        const AsOf& as_of);

}  // namespace rolecall
