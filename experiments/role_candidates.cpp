#include "experiments/role_candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall {
namespace {

constexpr std::size_t most_candidates = 1'000'000;

}  // namespace

std::size_t count_candidates(const StudySpec::Search& search, std::size_t roles) {
  if (search.method != "grid") return search.candidates;
  std::size_t n = 1;
  for (std::size_t c = 0; c < roles && n <= most_candidates; ++c) n *= search.steps;
  if (n > most_candidates)
    throw InputError({.field = "search.steps",
                      .value = fmt::format("{}", search.steps),
                      .what = fmt::format("a grid over {} roles has more than {} candidates", roles,
                                          most_candidates),
                      .remedy = "Take fewer steps, or method = \"random\"."});
  return n;
}

RoleWeights grid_candidate(const StudySpec::Search& search, std::size_t roles, std::size_t i) {
  const auto low = static_cast<double>(search.lowest), high = static_cast<double>(search.highest);
  RoleWeights weights(roles);
  for (double& w : weights) {
    w = low + (high - low) * static_cast<double>(i % search.steps) /
                  static_cast<double>(search.steps - 1);
    i /= search.steps;
  }
  return weights;
}

RoleWeights random_candidate(const StudySpec::Search& search, std::size_t roles, std::size_t i) {
  Random random(search.seed, RandomStream::candidates, i);
  RoleWeights weights(roles);
  for (double& w : weights)
    w = static_cast<double>(search.lowest + random.below(search.highest - search.lowest + 1));
  return weights;
}

RoleWeights near_candidate(const StudySpec::Search& search, const RoleWeights& centre,
                           std::size_t i) {
  constexpr std::array<double, 3> spreads{.05, .25, 1};
  const auto low = static_cast<double>(search.lowest), high = static_cast<double>(search.highest);
  const double offset = high / 20;
  Random random(search.seed, RandomStream::candidates, i);
  RoleWeights weights = centre;
  for (double& w : weights) {
    const double spread = spreads[random.below(spreads.size())];
    const double moved = (w + offset) * draw_log_normal(random, 1, spread) - offset;
    w = std::clamp(std::floor(moved + .5), low, high);
  }
  return weights;
}

RoleWeights shares(RoleWeights weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.);
  for (double& w : weights) w = total > 0 ? w / total : 0;
  return weights;
}

}  // namespace rolecall
