#pragma once

#include <string>
#include <vector>

#include "experiments/evaluation.hpp"
#include "results/table_file.hpp"
#include "scoring/deals/deal_scorer.hpp"

namespace rolecall {

struct DealEvaluation {
  std::string score;  // "learned": the baseline
  Evaluation evaluation;
};

// How well each score tells the deals that were won from those that were lost, as recorded in the
// end; and for comparison what logistic regression learns from the attributes of the deals and
// their solutions (see learned_scores). Bootstrap replicates draw account trees; deals without an
// account are trees of their own. Throws InputError unless some deals are won and some lost.
std::vector<DealEvaluation> evaluate_deals(const DealScorer& scorer, const RuleScores& scores,
                                           const EvaluationOptions& options);

// One row per score and metric: score, metric, value, low, high, deals, won, lost.
std::vector<TableColumn> evaluation_table(const std::vector<DealEvaluation>& evaluations);

// Held-out log odds of winning for some deals: logistic regression with a ridge of 1 on one column
// for each value of each attribute (text columns of up to 50 values that two deals or more have)
// and on numbers, where missing ones take the mean. Each deal's comes from a fit to the folds that
// its account tree is not in.
std::vector<double> learned_scores(const World& world, const std::vector<std::uint32_t>& deals,
                                   const std::vector<std::uint8_t>& won,
                                   const std::vector<std::uint32_t>& tree, std::size_t folds);

}  // namespace rolecall
