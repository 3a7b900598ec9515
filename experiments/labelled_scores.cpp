#include "experiments/labelled_scores.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/account_forest.hpp"

namespace rolecall {

LabelledScores label(const World& world, const GroupScores& scores, Judged judged) {
  const std::vector<AccountId> roots = tree_roots(world.accounts.parents);
  const auto& values = judged == Judged::engagement ? scores.engagement : scores.completeness;
  LabelledScores labelled;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t g = scores.group[row].index();
    const Outcome outcome = world.outcomes.outcome[g];
    if ((outcome != Outcome::won && outcome != Outcome::lost) || std::isnan(values[row])) continue;
    labelled.row.push_back(row);
    labelled.score.push_back(values[row]);
    labelled.won.push_back(outcome == Outcome::won);
    labelled.tree.push_back(
        static_cast<std::uint32_t>(roots[world.groups.accounts[g].index()].index()));
  }
  return labelled;
}

std::string hindsight_warning(const World& world, const GroupScores& scores) {
  std::size_t after = 0, ended = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t g = scores.group[row].index();
    const Outcome outcome = world.outcomes.outcome[g];
    if (outcome != Outcome::won && outcome != Outcome::lost) continue;
    ++ended;
    const Timestamp date = world.outcomes.date[g];
    after += !date.is_missing() && scores.as_of[row] > date.utc_day();
  }
  if (after == 0) return {};
  return fmt::format(
      "{} of {} groups are scored after the day of their outcome, so the score may have seen it; "
      "outcome-1d is the day before.",
      after, ended);
}

}  // namespace rolecall
