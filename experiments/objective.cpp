#include "experiments/objective.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "experiments/decision_metrics.hpp"
#include "experiments/ranking_metrics.hpp"

namespace rolecall {

Objective parse_objective(std::string_view text) {
  const std::vector<std::string> words = search_objectives();
  const auto found = std::ranges::find(words, text);
  if (found == words.end())
    throw InputError({.field = "search.objective",
                      .value = std::string(text),
                      .what = "this is not one of the choices",
                      .remedy = suggest(text, words)});
  return static_cast<Objective>(found - words.begin());
}

double measure_objective(std::span<const double> score, std::span<const std::uint8_t> won,
                         Objective objective, const HandOff& hand_off) {
  if (objective == Objective::auc) return area_under_curve(score, won);
  if (objective >= Objective::ndcg) {
    const DecisionRanking ranking(score, won);
    if (objective == Objective::ndcg)
      return ranking.ndcg().value_or(std::numeric_limits<double>::quiet_NaN());
    return ranking.profit(hand_off);
  }
  std::vector<std::uint32_t> tree(score.size());
  std::iota(tree.begin(), tree.end(), 0u);
  const RankedGroups ranked = rank_groups({.row = {},
                                           .score = {score.begin(), score.end()},
                                           .won = {won.begin(), won.end()},
                                           .tree = tree});
  const std::vector<std::uint32_t> once(ranked.units, 1);
  const auto metrics = Ranking(ranked).measure(once);
  if (!metrics) return std::numeric_limits<double>::quiet_NaN();
  return objective == Objective::pr_auc
             ? metrics->pr_auc
             : metrics->lift[static_cast<std::size_t>(objective) -
                             static_cast<std::size_t>(Objective::lift_at_5)];
}

}  // namespace rolecall
