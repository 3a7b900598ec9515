#include "scoring/deals/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rolecall {

std::optional<std::size_t> DealRules::find_score(const std::string& wanted) const {
  for (std::size_t s = 0; s < scores.size(); ++s)
    if (scores[s].name == wanted) return s;
  return std::nullopt;
}

std::vector<std::string> DealRules::score_names(ScoreLevel level) const {
  std::vector<std::string> names;
  for (const ScoreRules& score : scores)
    if (score.of == level) names.push_back(score.name);
  return names;
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
