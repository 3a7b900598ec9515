#include "experiments/deals/deal_evaluation.hpp"

#include <algorithm>

#include "core/account_forest.hpp"
#include "core/error.hpp"

namespace rolecall {
namespace {

// Ended deals among those scored, by row of the scores.
LabelledScores label(const DealScorer& scorer, const RuleScores& scores) {
  const World& world = scorer.world();
  const std::vector<AccountId> roots = tree_roots(world.accounts.parents);
  LabelledScores labelled;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t deal = scores.rows[i];
    const Outcome outcome = world.deals.outcomes[deal];
    if (outcome != Outcome::won && outcome != Outcome::lost) continue;
    const AccountId account = world.deals.accounts[deal];
    labelled.row.push_back(i);
    labelled.won.push_back(outcome == Outcome::won);
    labelled.tree.push_back(static_cast<std::uint32_t>(account ? roots[account.index()].index()
                                                               : world.accounts.size() + deal));
  }
  return labelled;
}

}  // namespace

std::vector<DealEvaluation> evaluate_deals(const DealScorer& scorer, const RuleScores& scores,
                                           const EvaluationOptions& options) {
  LabelledScores labelled = label(scorer, scores);
  const auto won = static_cast<std::size_t>(std::ranges::count(labelled.won, std::uint8_t{1}));
  if (won == 0 || won == labelled.won.size())
    throw InputError({.field = "outcome",
                      .what = "of the deals scored, none is won or none is lost, so there is "
                              "nothing to tell apart",
                      .remedy = "Choose another day or condition; closed-1d scores each deal on "
                                "the day before it closed."});
  std::vector<DealEvaluation> evaluations;
  const auto judge = [&](const std::string& name, std::vector<double> values) {
    labelled.score = std::move(values);
    evaluations.push_back({name, evaluate(labelled, options)});
  };
  for (std::size_t s = 0; s < scores.names.size(); ++s) {
    std::vector<double> values;
    for (const std::size_t i : labelled.row) values.push_back(scores.value(i, s));
    judge(scores.names[s], std::move(values));
  }
  std::vector<std::uint32_t> deals;
  for (const std::size_t i : labelled.row) deals.push_back(scores.rows[i]);
  judge("learned",
        learned_scores(scorer.world(), deals, labelled.won, labelled.tree, options.folds));
  return evaluations;
}

std::vector<TableColumn> evaluation_table(const std::vector<DealEvaluation>& evaluations) {
  TextColumn score, metric;
  std::vector<double> value, low, high;
  std::vector<std::int64_t> deals, won, lost;
  for (const auto& [name, e] : evaluations)
    for (const Metric m : all_metrics) {
      score.push_back(name);
      metric.push_back(to_string(m));
      value.push_back(e[m].value);
      low.push_back(e[m].low);
      high.push_back(e[m].high);
      deals.push_back(static_cast<std::int64_t>(e.groups));
      won.push_back(static_cast<std::int64_t>(e.won));
      lost.push_back(static_cast<std::int64_t>(e.lost));
    }
  return {{"score", std::move(score), "", "learned: logistic regression, held out"},
          {"metric", std::move(metric)},
          {"value", std::move(value)},
          {"low", std::move(low), "", "of the bootstrap interval"},
          {"high", std::move(high)},
          {"deals", std::move(deals), "deals"},
          {"won", std::move(won), "deals"},
          {"lost", std::move(lost), "deals"}};
}

}  // namespace rolecall
