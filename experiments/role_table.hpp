#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "experiments/role_candidates.hpp"
#include "experiments/what_if.hpp"
#include "scoring/score.hpp"

namespace rolecall {

// What each role adds to the score of some groups: a candidate's scores are a product with it.
struct RoleTable {
  std::size_t groups = 0, roles = 0;
  std::vector<double> sum;  // groups × roles

  std::vector<double> score(const RoleWeights& weights) const;
};

// Of the groups in `rows` of the scores.
RoleTable table_of(const ScoresByRole& scores, const std::vector<std::size_t>& rows);

// The what-if engine over a table, a column for each role. Role sums are whole numbers there: the
// decimals that they are, or, as with decay, multiples of a power of two some 2^-29 of the largest.
// Nothing when some are below zero.
std::optional<WhatIf> engine_of(const RoleTable& table, const std::vector<std::uint8_t>& won);

// Nothing where the weights are no short decimals.
std::optional<Candidate> candidate_of(const RoleWeights& weights);

}  // namespace rolecall
