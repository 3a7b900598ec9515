#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/timestamp.hpp"
#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// The engagement of groups, or of people, on every day of a range.
struct Series {
  Day first{};
  std::size_t days = 0;
  std::size_t rows = 0;        // groups or people of the world, in its order
  std::vector<double> scores;  // rows × days, row-major
  std::vector<std::string> warnings;

  double at(std::size_t row, std::size_t day) const { return scores[row * days + day]; }
};

// Whether the readings of a model are such that one pass makes a series of groups, or of people:
// sums, without decay or scaling by day.
bool takes_one_pass(const Model& model, bool of_groups);

// Each day as score() has it, to the bit. One pass over the cells of the index when the model
// takes one and its weights are decimals; else day by day over one index. Throws InputError as
// score() does, and when `last` is before `first`.
Series group_series(const World& world, const Model& model, Day first, Day last);
Series person_series(const World& world, const Model& model, Day first, Day last);

}  // namespace rolecall
