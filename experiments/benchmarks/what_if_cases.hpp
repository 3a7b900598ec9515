#pragma once

#include <vector>

#include "experiments/benchmarks/bench_data.hpp"
#include "experiments/what_if.hpp"
#include "scoring/capped_counts.hpp"

namespace rolecall::bench {

inline constexpr std::size_t candidates = 64;

// What the what-if cases work on, and the peers after an export.
CappedCounts count_for_weights(const Data& data);  // by type, weighted by role, under the one cap
CappedCounts count_for_roles(const Data& data);    // by role and type
CappedCounts count_for_caps(const Data& data);     // by type and cap level, weighted by role

WhatIfColumns columns_of(const CappedCounts& counts, const std::vector<std::uint8_t>& won);

// At random.
std::vector<Candidate> weight_candidates();
std::vector<Candidate> role_candidates();
std::vector<Candidate> cap_candidates(const Data& data);

}  // namespace rolecall::bench
