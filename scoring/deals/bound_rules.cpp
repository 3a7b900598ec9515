#include "scoring/deals/bound_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/exact.hpp"
#include "scoring/deals/rules_check.hpp"

namespace rolecall {
namespace {

// Every number of points in the rules, always in the same order.
template <class Visit>
void for_each_number(const DealRules& rules, Visit visit) {
  for (const ScoreRules& score : rules.scores) {
    visit(score.start);
    visit(score.least.value_or(0));
    visit(score.most.value_or(0));
    for (const PointsRule& rule : score.rules) {
      visit(rule.points);
      visit(rule.occasion.on ? rule.occasion.on->threshold : 0.0);
    }
    for (const Stagnation& s : score.stagnation) visit(s.points);
  }
  for (const ActionRule& action : rules.actions)
    visit(action.occasion.on ? action.occasion.on->threshold : 0.0);
  // Shares of points are rounded to millionths.
  for (const ScoreRules& score : rules.scores)
    if (score.is_multiplied() || std::ranges::any_of(score.rules, [](const PointsRule& rule) {
          return rule.decay.has_value();
        }))
      return visit(1e-6);
}

Decimals points_of(const DealRules& rules) {
  std::vector<double> values;
  for_each_number(rules, [&](double value) { values.push_back(value); });
  auto decimals = exact_decimals(values);
  if (!decimals)
    throw InputError({.field = "rules",
                      .value = rules.name,
                      .what = "its points have too many digits to be added up exactly",
                      .remedy = "Use points with fewer digits before or after the point."});
  return std::move(*decimals);
}

class Binder {
 public:
  Binder(const DealRules& rules, const World& world) : rules_(rules), world_(world) {
    Decimals decimals = points_of(rules);
    bound_.rules = &rules;
    bound_.scale = decimals.scale;
    units_ = std::move(decimals.units);
  }

  BoundRules run(const Subject& deal_subject, std::span<const ScoredDays> deal_spans,
                 const Subject& person_subject, std::span<const ScoredDays> person_spans) {
    for (std::size_t s = 0; s < rules_.scores.size(); ++s) {
      std::vector<std::uint32_t>& columns = columns_;
      columns.push_back(static_cast<std::uint32_t>(level(rules_.scores[s].of).scores.size()));
      level(rules_.scores[s].of).scores.push_back({.source = &rules_.scores[s]});
    }
    for (std::size_t s = 0; s < rules_.scores.size(); ++s) add_score(s);
    for (std::size_t a = 0; a < rules_.actions.size(); ++a) add_action(a);
    for (const ScoreLevel of : {ScoreLevel::deal, ScoreLevel::contact}) {
      for (const std::size_t s : in_order_of_sums(rules_, of))
        level(of).order.push_back(columns_[s]);
      index(level(of));
    }
    ask(bound_.deals, deal_subject, deal_spans);
    ask(bound_.contacts, person_subject, person_spans);
    return std::move(bound_);
  }

 private:
  BoundLevel& level(ScoreLevel of) {
    return of == ScoreLevel::deal ? bound_.deals : bound_.contacts;
  }
  std::int64_t next_units() { return units_[next_++]; }
  std::uint32_t column_of(const std::string& name) const {
    return columns_[*rules_.find_score(name)];
  }

  void add_score(std::size_t s) {
    const ScoreRules& source = rules_.scores[s];
    BoundLevel& to = level(source.of);
    const std::uint32_t column = columns_[s];
    BoundScore& score = to.scores[column];
    score.start = next_units();
    if (const auto least = next_units(); source.least) score.least = least;
    if (const auto most = next_units(); source.most) score.most = most;
    for (const std::string& name : source.sum) score.sum.push_back(column_of(name));
    if (!source.contacts.empty()) score.contacts = column_of(source.contacts);
    for (std::size_t r = 0; r < source.rules.size(); ++r) {
      const PointsRule& rule = source.rules[r];
      Listener listener{.occasion = &rule.occasion,
                        .score = column,
                        .rule = static_cast<std::uint32_t>(r),
                        .change = rule.change,
                        .units = next_units(),
                        .expires_days = rule.expires_days.value_or(0),
                        .decay = rule.decay ? &*rule.decay : nullptr};
      listener.threshold = next_units();
      watch(listener);
      score.keeps_entries |= rule.expires_days.has_value() || rule.decay.has_value();
      score.keeps_entries |= !rule.occasion.on && rules_.readings.static_unlatch;
      to.listeners.push_back(listener);
    }
    score.keeps_entries |= !source.stagnation.empty() && rules_.readings.stagnation_recovers;
    for (std::size_t i = 0; i < source.stagnation.size(); ++i)
      to.stagnation.push_back({.score = column,
                               .index = static_cast<std::uint32_t>(i),
                               .source = &source.stagnation[i],
                               .units = next_units()});
  }

  void add_action(std::size_t a) {
    const ActionRule& action = rules_.actions[a];
    Listener listener{.occasion = &action.occasion, .action = static_cast<std::uint32_t>(a)};
    listener.threshold = next_units();
    watch(listener);
    level(action.of).listeners.push_back(listener);
  }

  void watch(Listener& listener) const {
    if (listener.occasion->on && listener.occasion->on->kind == Trigger::Kind::score)
      listener.watched = column_of(listener.occasion->on->score);
  }

  void warn(const std::string& warning) {
    if (std::ranges::find(bound_.warnings, warning) == bound_.warnings.end())
      bound_.warnings.push_back(warning);
  }

  // Which of the names a rule listens to; warns of those that never occur.
  std::vector<std::size_t> types(const std::vector<std::string>& names, const TextColumn& known,
                                 const char* kind) {
    std::vector<std::size_t> found;
    for (const std::string& name : names) {
      const std::size_t before = found.size();
      for (std::size_t t = 0; t < known.size(); ++t)
        if (name == "*" || known[t] == name) found.push_back(t);
      if (name == "*" || found.size() > before) continue;
      std::vector<std::string> all;
      for (std::size_t t = 0; t < known.size(); ++t) all.emplace_back(known[t]);
      const std::string_view near = nearest(name, all);
      const std::string warning =
          fmt::format("no {} '{}' ever occurs{}", kind, name,
                      near.empty() ? "." : fmt::format("; did you mean '{}'?", near));
      warn(warning);
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  void index(BoundLevel& to) {
    const TextColumn& activities = world_.activities.type_names;
    const TextColumn& events = world_.deal_events.type_names;
    to.on_activity.resize(activities.size());
    to.on_event.resize(events.size());
    to.ends_idling.resize(activities.size());
    to.ends_idling_event.resize(events.size());
    for (std::uint32_t l = 0; l < to.listeners.size(); ++l) {
      if (!to.listeners[l].occasion->on) {
        to.statics.push_back(l);
        continue;
      }
      const Trigger& on = *to.listeners[l].occasion->on;
      switch (on.kind) {
        case Trigger::Kind::activity:
          for (const std::size_t t : types(on.names, activities, "activity"))
            to.on_activity[t].push_back(l);
          break;
        case Trigger::Kind::event:
          for (const std::size_t t : types(on.names, events, "event of a deal"))
            to.on_event[t].push_back(l);
          break;
        case Trigger::Kind::pipeline:
          to.on_pipeline.push_back(l);
          break;
        case Trigger::Kind::stage:
          to.on_stage.push_back(l);
          break;
        case Trigger::Kind::score:
          to.crossings.push_back(l);
          break;
      }
    }
    for (std::uint32_t i = 0; i < to.stagnation.size(); ++i) {
      const Stagnation& source = *to.stagnation[i].source;
      for (const std::size_t t : types(source.activities, activities, "activity"))
        to.ends_idling[t].push_back(i);
      for (const std::size_t t : types(source.events, events, "event of a deal"))
        to.ends_idling_event[t].push_back(i);
    }
    for (std::size_t t = 0; t < activities.size(); ++t)
      to.hears.push_back(!to.on_activity[t].empty() || !to.ends_idling[t].empty());
  }

  void ask(BoundLevel& to, const Subject& subject, std::span<const ScoredDays> spans) {
    for (Listener& listener : to.listeners) {
      if (!listener.occasion->when) continue;
      const bool latches =
          !listener.occasion->on && (listener.score == no_index || !rules_.readings.static_unlatch);
      listener.condition = static_cast<std::uint32_t>(to.conditions.size());
      to.conditions.emplace_back(
          *listener.occasion->when, subject, spans,
          latches ? ConditionDays::Until::it_holds : ConditionDays::Until::last_day);
      for (const std::string& warning : to.conditions.back().warnings()) warn(warning);
    }
    for (BoundScore& score : to.scores)
      for (const Multiplier& multiplier : score.source->multipliers) {
        score.multipliers.push_back(static_cast<std::uint32_t>(to.conditions.size()));
        to.conditions.emplace_back(multiplier.when, subject, spans, ConditionDays::Until::last_day);
        for (const std::string& warning : to.conditions.back().warnings()) warn(warning);
      }
  }

  const DealRules& rules_;
  const World& world_;
  BoundRules bound_;
  std::vector<std::int64_t> units_;
  std::size_t next_ = 0;
  std::vector<std::uint32_t> columns_;  // by score of the rules
};

}  // namespace

const Multiplier* BoundLevel::multiplier_of(std::uint32_t column, std::uint32_t owner,
                                            Day day) const {
  const BoundScore& score = scores[column];
  for (std::size_t m = 0; m < score.multipliers.size(); ++m)
    if (conditions[score.multipliers[m]].holds(owner, day)) return &score.source->multipliers[m];
  return nullptr;
}

BoundRules bind_rules(const DealRules& rules, const World& world, const Subject& deal_subject,
                      std::span<const ScoredDays> deal_spans, const Subject& person_subject,
                      std::span<const ScoredDays> person_spans) {
  return Binder(rules, world).run(deal_subject, deal_spans, person_subject, person_spans);
}

}  // namespace rolecall
