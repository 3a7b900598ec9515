#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/ranked_groups.hpp"

namespace rolecall {

// A fold for every resampling unit, so that no account tree stands on both sides of a fit. Greedy:
// the largest units first (of equals the lower number), each to the fold with the fewest groups
// (of equals the first); no fold exceeds another by more than its smallest unit. At least one unit
// per fold: `folds` is 2 … units. `unit` by group, below `units`.
std::vector<std::uint32_t> assign_folds(std::span<const std::uint32_t> unit, std::size_t units,
                                        std::size_t folds);

// The probability of winning of each ranked row, from the isotonic curve through all folds but its
// own (Ayer et al. 1955, see fit_isotonic). `fold` by unit, as of assign_folds.
std::vector<double> held_out_probabilities(const RankedGroups& ranked,
                                           std::span<const std::uint32_t> fold, std::size_t folds);

}  // namespace rolecall
