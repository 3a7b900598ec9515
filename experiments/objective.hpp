#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "experiments/study_spec.hpp"

namespace rolecall {

// What makes one candidate better than another; all of these are better when higher. In the order
// of search_objectives().
enum class Objective : std::uint8_t {
  auc,
  pr_auc,
  lift_at_5,
  lift_at_10,
  lift_at_20,
  ndcg,
  profit,  // of the hand-off, per group
};

// Throws InputError when it is none of search_objectives().
Objective parse_objective(std::string_view text);

// Of scores by group; NaN unless some are won and some lost.
double measure_objective(std::span<const double> score, std::span<const std::uint8_t> won,
                         Objective objective, const HandOff& hand_off);

}  // namespace rolecall
