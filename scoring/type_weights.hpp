#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scoring/bound_model.hpp"

namespace rolecall {

// What one counted activity is worth, by type and by age, after weight scaling and with decay:
// units[type] · age_units[age] / denominator when exact, else values[type] · age_values[age].
struct TypeWeights {
  bool exact = true;
  std::vector<std::int64_t> units;
  std::vector<std::int64_t> age_units;  // by age in days; empty without decay
  int128 denominator = 1;               // > 0
  std::vector<double> values;
  std::vector<double> age_values;

  // The largest magnitude of units[type] · age_units[age].
  int128 largest() const;
};

// `occurred` tells which types occurred in the window anywhere in the tenant; it matters to the
// reading weight_scaling alone.
TypeWeights weigh_types(const BoundModel& bound, std::span<const std::uint8_t> occurred);

// As if every type occurred.
TypeWeights weigh_types(const BoundModel& bound);

}  // namespace rolecall
