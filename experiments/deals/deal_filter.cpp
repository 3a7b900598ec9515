#include "experiments/deals/deal_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/predicate/columns.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "scoring/deals/grades.hpp"

namespace rolecall {
namespace {

// Which of the names a function of one text in quotes asks for.
std::size_t asked_for(std::span<const Argument> arguments, const std::vector<std::string>& names,
                      const char* what) {
  if (arguments.size() != 1 || !std::holds_alternative<std::string>(arguments[0]))
    throw BadArgument{0, fmt::format("the name of a {} is expected here, in quotes", what)};
  const std::string& name = std::get<std::string>(arguments[0]);
  const auto it = std::ranges::find(names, name);
  if (it == names.end())
    throw BadArgument{0, fmt::format("there is no such {}", what), suggest(name, names)};
  return static_cast<std::size_t>(it - names.begin());
}

// A table with the functions score("Name"), probability("Name") and grade("Name").
SubjectPtr with_scores(const SubjectPtr& subject, const DealRules& rules, ScoreLevel level,
                       const RuleScores& scores) {
  Subject scored = *subject;
  std::vector<std::uint32_t> row_of(subject->rows, no_row);
  for (std::size_t i = 0; i < scores.size(); ++i)
    row_of[scores.rows[i]] = static_cast<std::uint32_t>(i);
  const auto number = [row_of](auto value) {
    return number_column([row_of, value](std::uint32_t row) {
      return row_of[row] == no_row ? std::numeric_limits<double>::quiet_NaN() : value(row_of[row]);
    });
  };
  scored.functions.push_back(
      {"score", "score(\"Name\")", [&scores, number](std::span<const Argument> arguments) {
         const std::size_t column = asked_for(arguments, scores.names, "score");
         return number([&scores, column](std::uint32_t i) { return scores.value(i, column); });
       }});
  const auto probabilities = std::make_shared<const std::vector<ProbabilityColumn>>(
      probability_columns(rules, level, scores));
  scored.functions.push_back({"probability", "probability(\"Name\")",
                              [probabilities, number](std::span<const Argument> arguments) {
                                std::vector<std::string> names;
                                for (const ProbabilityColumn& column : *probabilities)
                                  names.push_back(column.name);
                                const std::size_t column =
                                    asked_for(arguments, names, "probability");
                                return number([probabilities, column](std::uint32_t i) {
                                  return (*probabilities)[column].values[i];
                                });
                              }});
  const auto grades =
      std::make_shared<const std::vector<GradeColumn>>(grade_columns(rules, level, scores));
  scored.functions.push_back(
      {"grade", "grade(\"Name\")", [grades, row_of](std::span<const Argument> arguments) {
         std::vector<std::string> names;
         for (const GradeColumn& column : *grades) names.push_back(column.name);
         const std::size_t column = asked_for(arguments, names, "grade");
         return text_column([grades, row_of, column](std::uint32_t row) {
           return row_of[row] == no_row ? std::string_view{}
                                        : (*grades)[column].values[row_of[row]];
         });
       }});
  return std::make_shared<const Subject>(std::move(scored));
}

std::vector<std::size_t> matching(Filter filter, const RuleScores& scores) {
  std::map<Day, std::vector<std::size_t>> by_day;  // rows of scores
  for (std::size_t i = 0; i < scores.size(); ++i)
    by_day[filter.changes_with_day() ? scores.days[i] : Day{}].push_back(i);
  std::vector<std::size_t> found;
  for (const auto& [day, rows] : by_day) {
    filter.prepare(day);
    std::vector<std::uint32_t> asked;
    for (const std::size_t i : rows) asked.push_back(scores.rows[i]);
    const std::vector<std::uint32_t> holds = filter.matching(asked);
    auto next = holds.begin();
    for (const std::size_t i : rows)
      if (next != holds.end() && *next == scores.rows[i]) {
        ++next;
        found.push_back(i);
      }
  }
  std::ranges::sort(found);
  return found;
}

// Without a word in the rules: the attribute of accounts that lists other vendors, if there is one.
std::optional<Predicate> default_competition(const World& world) {
  for (const char* name : {"vendors", "competitors"})
    if (find(world.accounts.attributes, name) != nullptr)
      return Predicate::parse(fmt::format("account.{} is not missing", name), {});
  return std::nullopt;
}

}  // namespace

void keep_rows(RuleScores& scores, const std::vector<std::size_t>& rows) {
  RuleScores kept;
  kept.names = scores.names;
  kept.scale = scores.scale;
  for (const std::size_t i : rows) {
    kept.rows.push_back(scores.rows[i]);
    kept.days.push_back(scores.days[i]);
    for (std::size_t s = 0; s < scores.names.size(); ++s) kept.units.push_back(scores.at(i, s));
  }
  for (const FiredAction& fired : scores.actions)
    if (std::ranges::binary_search(kept.rows, fired.owner)) kept.actions.push_back(fired);
  scores = std::move(kept);
}

std::vector<std::size_t> rows_where(const Predicate& where, const DealScorer& scorer,
                                    ScoreLevel level, const RuleScores& scores,
                                    std::vector<std::string>& warnings) {
  const SubjectPtr subject = level == ScoreLevel::deal
                                 ? deal_subject(scorer.world(), scorer.boundary())
                                 : person_subject(scorer.world(), scorer.boundary());
  Filter filter(where, *with_scores(subject, *scorer.rules().rules, level, scores));
  warnings.insert(warnings.end(), filter.warnings().begin(), filter.warnings().end());
  return matching(std::move(filter), scores);
}

std::vector<std::uint8_t> competitive_deals(const DealScorer& scorer, const RuleScores& scores) {
  std::vector<std::uint8_t> competitive(scores.size(), 0);
  std::optional<Predicate> condition = scorer.rules().rules->competitive;
  if (!condition) condition = default_competition(scorer.world());
  if (!condition) return competitive;
  Filter filter(*condition, *deal_subject(scorer.world(), scorer.boundary()));
  for (const std::size_t i : matching(std::move(filter), scores)) competitive[i] = 1;
  return competitive;
}

}  // namespace rolecall
