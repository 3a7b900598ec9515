#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiments/search_space.hpp"
#include "experiments/study_spec.hpp"

namespace rolecall {

// A candidate and what it was worth.
struct Trial {
  Point point;
  double value = 0;  // of the objective, on `sample` of the account trees
  double sample = 1;
  std::string origin;  // "search", or what it stands for
};

// The objective of each point; `sample` is the share of account trees to judge on.
using JudgePoints = std::function<std::vector<double>(std::span<const Point>, double sample)>;

// How many candidates a search will try. Throws InputError when a grid is too large.
std::uint64_t count_candidates(const StudySpec::Search& search, const SearchSpace& space);

// Tries candidates by search.method and gives all of them in order; `first` are tried before. The
// same judge answers give the same candidates. Not for the methods logistic and external, which are
// no searches of this kind.
std::vector<Trial> search_candidates(const StudySpec::Search& search, const SearchSpace& space,
                                     std::vector<Trial> first, const JudgePoints& judge);

// The trial of the highest value on all of the sample; of equals the first. Only those from `begin`
// on. A space without a defined value throws InputError.
std::size_t best_of(const std::vector<Trial>& trials, std::size_t begin = 0);

}  // namespace rolecall
