#include "scoring/deals/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace rolecall {

namespace {

template <class Named>
std::optional<std::size_t> find_by_name(const std::vector<Named>& all, const std::string& wanted) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == wanted) return i;
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> DealRules::find_score(const std::string& wanted) const {
  return find_by_name(scores, wanted);
}

std::optional<std::size_t> DealRules::find_grade(const std::string& wanted) const {
  return find_by_name(grades, wanted);
}

std::optional<std::size_t> DealRules::find_probability(const std::string& wanted) const {
  return find_by_name(probabilities, wanted);
}

std::vector<std::string> DealRules::score_names(ScoreLevel level) const {
  std::vector<std::string> names;
  for (const ScoreRules& score : scores)
    if (score.of == level) names.push_back(score.name);
  return names;
}

std::vector<std::string> DealRules::activities() const {
  std::set<std::string> names;
  const auto listen = [&](const Occasion& occasion) {
    if (occasion.on && occasion.on->kind == Trigger::Kind::activity)
      names.insert(occasion.on->names.begin(), occasion.on->names.end());
  };
  for (const ScoreRules& score : scores)
    for (const PointsRule& rule : score.rules) listen(rule.occasion);
  for (const ActionRule& action : actions) listen(action.occasion);
  return {names.begin(), names.end()};
}

std::string to_string(const Trigger& trigger) {
  const std::string names = fmt::format("{}", fmt::join(trigger.names, ", "));
  switch (trigger.kind) {
    case Trigger::Kind::activity:
      return names == "*" ? "any activity" : names;
    case Trigger::Kind::event:
      return names == "*" ? "any event" : "event " + names;
    case Trigger::Kind::pipeline:
      return names == "*" ? "enters a pipeline" : "enters pipeline " + names;
    case Trigger::Kind::stage:
      return (names == "*" ? "changes stage" : "enters stage " + names) +
             (trigger.from.empty() ? "" : " from " + trigger.from);
    case Trigger::Kind::score:
      return fmt::format("{} {} {}", trigger.score,
                         trigger.direction == Trigger::Direction::up ? "reaches" : "falls below",
                         trigger.threshold);
  }
  return {};
}

}  // namespace rolecall
