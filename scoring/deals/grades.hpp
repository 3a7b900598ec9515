#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/text_column.hpp"
#include "scoring/deals/deal_scorer.hpp"

namespace rolecall {

// The grade that scores give; `scores` are those of its level, in the order of the file.
std::string grade_of(const DealRules& rules, const Grade& grade, std::span<const double> scores);

// 1 / (1 + e^-x) of the score that it names.
double probability_of(const DealRules& rules, const Probability& probability,
                      std::span<const double> scores);

// What rules tell of each row of scores: a column for each grade of the level, in the order of the
// file.
struct GradeColumn {
  std::string name;
  TextColumn values;
};
std::vector<GradeColumn> grade_columns(const DealRules& rules, ScoreLevel level,
                                       const RuleScores& scores);

// Likewise each probability.
struct ProbabilityColumn {
  std::string name;
  std::vector<double> values;
};
std::vector<ProbabilityColumn> probability_columns(const DealRules& rules, ScoreLevel level,
                                                   const RuleScores& scores);

}  // namespace rolecall
