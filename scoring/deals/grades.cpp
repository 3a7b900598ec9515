#include "scoring/deals/grades.hpp"

#include <cmath>

namespace rolecall {
namespace {

// The place of a score among those of its level.
std::size_t column_of(const DealRules& rules, ScoreLevel level, const std::string& name) {
  std::size_t column = 0;
  for (const ScoreRules& score : rules.scores) {
    if (score.name == name) break;
    column += score.of == level ? 1 : 0;
  }
  return column;
}

std::vector<double> values_of(const RuleScores& scores, std::size_t row) {
  std::vector<double> values;
  for (std::size_t s = 0; s < scores.names.size(); ++s) values.push_back(scores.value(row, s));
  return values;
}

}  // namespace

std::string grade_of(const DealRules& rules, const Grade& grade, std::span<const double> scores) {
  if (grade.score.empty()) {
    std::string joined;
    for (const std::string& name : grade.join)
      joined += grade_of(rules, rules.grades[*rules.find_grade(name)], scores);
    return joined;
  }
  const double points = scores[column_of(rules, grade.of, grade.score)];
  for (const Grade::Step& step : grade.steps)
    if (points >= step.from) return step.name;
  return grade.below;
}

double probability_of(const DealRules& rules, const Probability& probability,
                      std::span<const double> scores) {
  return 1 / (1 + std::exp(-scores[column_of(rules, probability.of, probability.score)]));
}

std::vector<GradeColumn> grade_columns(const DealRules& rules, ScoreLevel level,
                                       const RuleScores& scores) {
  std::vector<GradeColumn> columns;
  for (const Grade& grade : rules.grades) {
    if (grade.of != level) continue;
    columns.push_back({grade.name, {}});
    for (std::size_t row = 0; row < scores.size(); ++row)
      columns.back().values.push_back(grade_of(rules, grade, values_of(scores, row)));
  }
  return columns;
}

std::vector<ProbabilityColumn> probability_columns(const DealRules& rules, ScoreLevel level,
                                                   const RuleScores& scores) {
  std::vector<ProbabilityColumn> columns;
  for (const Probability& probability : rules.probabilities) {
    if (probability.of != level) continue;
    columns.push_back({probability.name, {}});
    for (std::size_t row = 0; row < scores.size(); ++row)
      columns.back().values.push_back(probability_of(rules, probability, values_of(scores, row)));
  }
  return columns;
}

}  // namespace rolecall
