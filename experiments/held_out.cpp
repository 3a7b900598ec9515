#include "experiments/held_out.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "core/parallel.hpp"
#include "experiments/isotonic.hpp"

namespace rolecall {
namespace {

IsotonicCurve fit_without(const RankedGroups& ranked, std::span<const std::uint32_t> fold,
                          std::uint32_t held_out) {
  std::vector<ScoreTally> tallies;
  for (std::size_t i = ranked.size(); i-- > 0;) {
    if (fold[ranked.unit[i]] == held_out) continue;
    if (tallies.empty() || tallies.back().score != ranked.score[i])
      tallies.push_back({ranked.score[i], {}});
    OutcomeTally& tally = tallies.back().tally;
    ++(ranked.won[i] != 0 ? tally.won : tally.lost);
  }
  return fit_isotonic(tallies);
}

}  // namespace

std::vector<std::uint32_t> assign_folds(std::span<const std::uint32_t> unit, std::size_t units,
                                        std::size_t folds) {
  assert(folds >= 2 && folds <= units);
  std::vector<std::size_t> unit_size(units, 0);
  for (const std::uint32_t u : unit) ++unit_size[u];
  std::vector<std::uint32_t> largest_first(units);
  std::iota(largest_first.begin(), largest_first.end(), 0u);
  std::ranges::stable_sort(largest_first, std::ranges::greater{},
                           [&](std::uint32_t u) { return unit_size[u]; });

  std::vector<std::uint32_t> fold(units);
  std::vector<std::size_t> fold_size(folds, 0);
  for (const std::uint32_t u : largest_first) {
    const auto smallest = std::ranges::min_element(fold_size);
    *smallest += unit_size[u];
    fold[u] = static_cast<std::uint32_t>(smallest - fold_size.begin());
  }
  return fold;
}

std::vector<double> held_out_probabilities(const RankedGroups& ranked,
                                           std::span<const std::uint32_t> fold, std::size_t folds) {
  std::vector<double> probability(ranked.size());
  parallel::for_each(folds, [&](std::size_t f) {
    const auto held_out = static_cast<std::uint32_t>(f);
    const IsotonicCurve curve = fit_without(ranked, fold, held_out);
    for (std::size_t i = 0; i < ranked.size(); ++i)
      if (fold[ranked.unit[i]] == held_out) probability[i] = curve(ranked.score[i]);
  });
  return probability;
}

}  // namespace rolecall
