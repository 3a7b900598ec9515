#include "scoring/deals/rules_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "core/error.hpp"

namespace rolecall {
namespace {

enum class Mark : std::uint8_t { unseen, open, done };

// Walks the sums depth first. Gives the order in which they can be added up, or in `cycle` the
// names along the first that leads back to itself.
std::vector<std::size_t> walk_sums(const DealRules& rules, std::vector<std::string>* cycle) {
  std::vector<Mark> marks(rules.scores.size(), Mark::unseen);
  std::vector<std::size_t> order, path;
  const std::function<bool(std::size_t)> visit = [&](std::size_t s) {
    if (marks[s] == Mark::done) return true;
    if (marks[s] == Mark::open) {
      for (auto it = std::ranges::find(path, s); it != path.end(); ++it)
        cycle->push_back(rules.scores[*it].name);
      cycle->push_back(rules.scores[s].name);
      return false;
    }
    marks[s] = Mark::open;
    path.push_back(s);
    for (const std::string& name : rules.scores[s].sum)
      if (const auto other = rules.find_score(name); other && !visit(*other)) return false;
    path.pop_back();
    marks[s] = Mark::done;
    order.push_back(s);
    return true;
  };
  for (std::size_t s = 0; s < rules.scores.size(); ++s)
    if (!visit(s)) break;
  return order;
}

class Check {
 public:
  Check(const DealRules& rules, const std::string& source) : rules_(rules), source_(source) {}

  void run() {
    for (const ScoreRules& score : rules_.scores) {
      for (const std::string& name : score.sum)
        require_score(name, score.of, fmt::format("score '{}', sum", score.name));
      if (!score.contacts.empty())
        require_score(score.contacts, ScoreLevel::contact,
                      fmt::format("score '{}', contacts", score.name));
      for (const PointsRule& rule : score.rules)
        check(rule.occasion, score.of, fmt::format("score '{}', rule '{}'", score.name, rule.name));
    }
    for (const ActionRule& action : rules_.actions)
      check(action.occasion, action.of, fmt::format("action '{}'", action.name));
    for (const Probability& one : rules_.probabilities)
      require_score(one.score, one.of, fmt::format("probability '{}'", one.name));
    for (const Grade& grade : rules_.grades)
      if (!grade.score.empty())
        require_score(grade.score, grade.of, fmt::format("grade '{}'", grade.name));
    std::vector<std::string> cycle;
    walk_sums(rules_, &cycle);
    if (!cycle.empty())
      problems_.add({.file = source_,
                     .field = "sum",
                     .value = fmt::format("{}", fmt::join(cycle, " → ")),
                     .what = "the sums of scores lead back to themselves",
                     .remedy = "Take one of them out of the other's sum."});
    problems_.throw_if_any();
  }

 private:
  void require_score(const std::string& name, ScoreLevel level, const std::string& where) {
    const auto score = rules_.find_score(name);
    const char* kind = level == ScoreLevel::deal ? "deals" : "contacts";
    if (score && rules_.scores[*score].of == level) return;
    problems_.add({.file = source_,
                   .field = where,
                   .value = name,
                   .what = score ? fmt::format("this is no score of {}", kind)
                                 : std::string("there is no such score"),
                   .remedy = suggest(name, rules_.score_names(level))});
  }

  void check(const Occasion& occasion, ScoreLevel level, const std::string& where) {
    if (!occasion.on) return;
    const Trigger& on = *occasion.on;
    if (on.kind == Trigger::Kind::score) require_score(on.score, level, where);
    if (rules_.pipelines.empty()) return;
    std::vector<std::string> pipelines, stages;
    for (const Pipeline& pipeline : rules_.pipelines) {
      pipelines.push_back(pipeline.name);
      stages.insert(stages.end(), pipeline.stages.begin(), pipeline.stages.end());
    }
    if (on.kind == Trigger::Kind::pipeline)
      for (const std::string& name : on.names) require(name, pipelines, "pipeline", where);
    if (on.kind == Trigger::Kind::stage)
      for (const std::string& name : on.names) require(name, stages, "stage", where);
    require(on.pipeline, pipelines, "pipeline", where);
    require(on.from, stages, "stage", where);
  }

  void require(const std::string& name, const std::vector<std::string>& known, const char* kind,
               const std::string& where) {
    if (name.empty() || name == "*" || std::ranges::find(known, name) != known.end()) return;
    problems_.add({.file = source_,
                   .field = where,
                   .value = name,
                   .what = fmt::format("no [[pipeline]] has such a {}", kind),
                   .remedy = suggest(name, known)});
  }

  const DealRules& rules_;
  const std::string& source_;
  ProblemList problems_;
};

}  // namespace

void check_references(const DealRules& rules, const std::string& source) {
  Check(rules, source).run();
}

std::vector<std::size_t> in_order_of_sums(const DealRules& rules, ScoreLevel level) {
  std::vector<std::string> cycle;
  std::vector<std::size_t> order = walk_sums(rules, &cycle);
  std::erase_if(order, [&](std::size_t s) { return rules.scores[s].of != level; });
  return order;
}

}  // namespace rolecall
