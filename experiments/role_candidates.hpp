#pragma once

#include <cstddef>
#include <vector>

#include "experiments/study_spec.hpp"

// What a search of role weights tries. Candidate i depends on the search and i alone (and, near
// another, on that one).
namespace rolecall {

using RoleWeights = std::vector<double>;  // role weightings, in the order of the template

// How many candidates the search will try for a template of so many roles. Throws InputError when a
// grid is too large.
std::size_t count_candidates(const StudySpec::Search& search, std::size_t roles);

// The i-th of a grid: i in the number system of `steps`, a digit for each role.
RoleWeights grid_candidate(const StudySpec::Search& search, std::size_t roles, std::size_t i);

// Every weighting uniform over the whole numbers of the range.
RoleWeights random_candidate(const StudySpec::Search& search, std::size_t roles, std::size_t i);

// A neighbour: each weighting, shifted by a twentieth of the highest so that small ones move too,
// times e^(spread · normal), near or far by lot, in whole numbers of the range. So it may differ in
// one role much and in the others little.
RoleWeights near_candidate(const StudySpec::Search& search, const RoleWeights& centre,
                           std::size_t i);

// The weights divided by their sum; all 0 stay 0.
RoleWeights shares(RoleWeights weights);

}  // namespace rolecall
