#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/deal_state.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "scoring/deals/deal_scorer.hpp"

namespace rolecall {
namespace {

constexpr double millionths = 1e6;
constexpr Day never = Day::max();

std::int64_t units_of(double points) { return std::llround(points * millionths); }

// A share of units, halves away from zero.
std::int64_t share(std::int64_t units, std::int64_t of_a_million) {
  return std::llround(static_cast<long double>(units) * static_cast<long double>(of_a_million) /
                      static_cast<long double>(millionths));
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::count(names, "*") + std::ranges::count(names, name) > 0;
}

// What happened on a day, in the order of the ledger.
struct Happening {
  Timestamp time;
  bool is_activity = false;
  std::size_t row = 0;
  std::size_t person = 0;
};

struct Entry {
  std::string score;
  std::string by;  // the rule or stagnation, by kind and place in the file
  Day day;
  bool is_set;
  std::int64_t units;
  Day until = never;
  const PointsDecay* decay = nullptr;

  std::int64_t left_on(Day today) const {
    std::int64_t left = units;
    if (decay != nullptr)
      for (Day d = day + days_rep{decay->every_days}; d <= today; d += days_rep{decay->every_days})
        left = share(left, 1'000'000 - decay->loss_millionths);
    return left;
  }
};

class Simulation {
 public:
  Simulation(const World& world, const DealRules& rules, ScoreLevel level, std::uint32_t row,
             Day as_of)
      : world_(world),
        rules_(rules),
        level_(level),
        row_(row),
        boundary_(rules.readings.day_boundary),
        subject_(level == ScoreLevel::deal ? deal_subject(world, boundary_)
                                           : person_subject(world, boundary_)) {
    first_ = std::min(first_day(), as_of);
    last_ = as_of;
    if (level == ScoreLevel::deal && !world.deals.closed[row].is_missing())
      last_ = std::max(first_, std::min(as_of, boundary_.day_of(world.deals.closed[row])));
  }

  // The scores at the end of each day, by name.
  std::map<Day, std::map<std::string, std::int64_t>> run() {
    std::map<std::string, std::int64_t> before;
    for (const ScoreRules& score : rules_.scores)
      if (score.of == level_) before[score.name] = value_of(score.name, first_ - days_rep{1});
    for (Day day = first_; day <= last_; day += days_rep{1}) {
      award_statics(day);
      stagnate(day);
      if (day == first_) enter_first_places(day);
      for (const Happening& happening : happenings_of(day)) handle(happening, day);
      if (closes_on(day) && !has_moved("stage"))
        enter(true, std::string(world_.deals.stages[row_]), {.kind = Cause::Kind::closing}, day);
      cross(before, day);
      for (auto& [name, value] : before) value = value_of(name, day);
      days_[day] = before;
    }
    return days_;
  }

  std::vector<FiredAction> actions;

 private:
  Day first_day() {
    const Timestamp opened = level_ == ScoreLevel::deal ? world_.deals.opened[row_] : Timestamp{};
    if (!opened.is_missing()) return boundary_.day_of(opened);
    Day day = never;
    const auto look = [&](const std::vector<Timestamp>& times) {
      for (const Timestamp time : times)
        if (!time.is_missing()) day = std::min(day, boundary_.day_of(time));
    };
    look(world_.deals.opened), look(world_.deals.closed), look(world_.deal_events.times);
    for (std::size_t p = 0; p < world_.people.size(); ++p)
      if (world_.activities.offsets[p] < world_.activities.offsets[p + 1])
        day =
            std::min(day, boundary_.day_of(world_.activities.times[world_.activities.offsets[p]]));
    return day;
  }

  std::set<std::size_t> people_of(std::size_t deal) const {
    std::set<std::size_t> people;
    for (std::size_t i = world_.deal_contacts.offsets[deal];
         i < world_.deal_contacts.offsets[deal + 1]; ++i)
      people.insert(world_.deal_contacts.people[i].index());
    if (people.empty() && world_.deals.accounts[deal])
      for (std::size_t p = 0; p < world_.people.size(); ++p)
        if (world_.people.accounts[p] == world_.deals.accounts[deal]) people.insert(p);
    return people;
  }

  std::vector<Happening> happenings_of(Day day) {
    std::vector<Happening> found;
    std::set<std::size_t> people{row_};
    if (level_ == ScoreLevel::deal) {
      people = people_of(row_);
      for (std::size_t e = world_.deal_events.offsets[row_];
           e < world_.deal_events.offsets[row_ + 1]; ++e)
        if (boundary_.day_of(world_.deal_events.times[e]) == day)
          found.push_back({world_.deal_events.times[e], false, e, 0});
    }
    for (const std::size_t p : people)
      for (std::size_t a = world_.activities.offsets[p]; a < world_.activities.offsets[p + 1]; ++a)
        if (world_.activities.count(a) > 0 && boundary_.day_of(world_.activities.times[a]) == day)
          found.push_back({world_.activities.times[a], true, a, p});
    std::ranges::sort(found, [](const Happening& a, const Happening& b) {
      return std::tuple(a.time, a.is_activity, a.row) < std::tuple(b.time, b.is_activity, b.row);
    });
    return found;
  }

  std::string_view activity(std::size_t row) const {
    return world_.activities.type_names[world_.activities.types[row].index()];
  }
  std::string_view event(std::size_t row) const {
    return world_.deal_events.type_names[world_.deal_events.types[row].index()];
  }

  bool holds(const Occasion& occasion, Day day) const {
    return !occasion.when || holds_by_reference(*occasion.when, *subject_, row_, day);
  }

  // Calls body(key, occasion, score, rule, action) for every rule and action in order of the file.
  template <class Body>
  void for_each_rule(const Body& body) {
    for (const ScoreRules& score : rules_.scores) {
      if (score.of != level_) continue;
      for (std::size_t r = 0; r < score.rules.size(); ++r)
        body(score.name + "/" + std::to_string(r), score.rules[r].occasion, &score, &score.rules[r],
             std::size_t{0});
    }
    for (std::size_t a = 0; a < rules_.actions.size(); ++a)
      if (rules_.actions[a].of == level_)
        body("action/" + std::to_string(a), rules_.actions[a].occasion,
             static_cast<const ScoreRules*>(nullptr), static_cast<const PointsRule*>(nullptr), a);
  }

  void fire(const std::string& key, const Occasion& occasion, const ScoreRules* score,
            const PointsRule* rule, std::size_t action, std::uint64_t count, const Cause& cause,
            Day day) {
    if (count == 0 || (occasion.once && fired_.contains(key))) return;
    if (occasion.on && !holds(occasion, day)) return;
    fired_.insert(key);
    if (rule == nullptr) {
      actions.push_back({.owner = row_,
                         .action = static_cast<std::uint32_t>(action),
                         .day = day,
                         .cause = cause});
      return;
    }
    const bool is_set = rule->change == PointsRule::Change::set;
    const auto times = static_cast<std::int64_t>(is_set || occasion.once ? 1 : count);
    entries_.push_back({score->name, key, day, is_set, times * units_of(rule->points),
                        rule->expires_days ? day + days_rep{*rule->expires_days} : never,
                        rule->decay ? &*rule->decay : nullptr});
  }

  void award_statics(Day day) {
    for_each_rule([&](const std::string& key, const Occasion& occasion, const ScoreRules* score,
                      const PointsRule* rule, std::size_t action) {
      if (occasion.on) return;
      const bool now = holds(occasion, day);
      const bool unlatches = rule != nullptr && rules_.readings.static_unlatch;
      if (!now && unlatches && standing_.erase(key) > 0)
        for (Entry& entry : entries_)
          if (entry.by == key) entry.until = std::min(entry.until, day);
      if (now && standing_.insert(key).second)
        fire(key, occasion, score, rule, action, 1, {.kind = Cause::Kind::condition}, day);
    });
  }

  void stagnate(Day day) {
    for (const ScoreRules& score : rules_.scores) {
      if (score.of != level_) continue;
      for (std::size_t i = 0; i < score.stagnation.size(); ++i) {
        const Stagnation& s = score.stagnation[i];
        const std::string key = score.name + "/stagnation/" + std::to_string(i);
        Day active = first_;
        for (Day d = first_; d <= day; d += days_rep{1})
          for (const Happening& h : happenings_of(d))
            if (h.is_activity ? has(s.activities, activity(h.row)) : has(s.events, event(h.row)))
              active = d;
        if (rules_.readings.stagnation_recovers)
          for (Entry& entry : entries_)
            if (entry.by == key && entry.day < active) entry.until = std::min(entry.until, active);
        if (rules_.readings.stagnation_counts_itself)
          for (const Entry& entry : entries_)
            if (entry.by.starts_with(score.name + "/stagnation/"))
              active = std::max(active, entry.day);
        std::int64_t done = 0;
        for (const Entry& entry : entries_) done += entry.by == key && entry.day > active ? 1 : 0;
        const double beyond = static_cast<double>((day - active).count() - s.idle_days);
        if (beyond <= 0) continue;
        const bool up = rules_.readings.stagnation_rounding == DealRules::Readings::Rounding::ceil;
        const double steps =
            up ? std::ceil(beyond / s.every_days) : std::floor(beyond / s.every_days);
        for (; static_cast<double>(done) < steps; ++done)
          entries_.push_back({score.name, key, day, false, -units_of(s.points)});
      }
    }
  }

  bool has_moved(const char* type) {
    for (std::size_t e = world_.deal_events.offsets[row_]; e < world_.deal_events.offsets[row_ + 1];
         ++e)
      if (event(e) == type) return true;
    return false;
  }

  bool closes_on(Day day) {
    if (level_ != ScoreLevel::deal || world_.deals.closed[row_].is_missing()) return false;
    return day == std::max(first_, boundary_.day_of(world_.deals.closed[row_]));
  }

  void enter_first_places(Day day) {
    if (level_ != ScoreLevel::deal) return;
    for (const bool is_stage : {false, true}) {
      const char* type = is_stage ? "stage" : "pipeline";
      const bool closed = !world_.deals.closed[row_].is_missing();
      std::string place;
      if (has_moved(type))
        place = last_detail(world_.deal_events, row_, type, day - days_rep{1}, boundary_);
      else if (!is_stage || !closed)
        place = (is_stage ? world_.deals.stages : world_.deals.pipelines)[row_];
      enter(is_stage, place, {.kind = Cause::Kind::first_day}, day);
    }
  }

  void enter(bool is_stage, const std::string& place, const Cause& cause, Day day) {
    std::string& now = is_stage ? stage_ : pipeline_;
    if (place == now) return;
    const std::string from = std::exchange(now, place);
    if (place.empty()) return;
    for_each_rule([&](const std::string& key, const Occasion& occasion, const ScoreRules* score,
                      const PointsRule* rule, std::size_t action) {
      if (!occasion.on) return;
      const Trigger& on = *occasion.on;
      if (on.kind != (is_stage ? Trigger::Kind::stage : Trigger::Kind::pipeline)) return;
      if (has(on.names, place) && (on.from.empty() || on.from == from))
        fire(key, occasion, score, rule, action, 1, cause, day);
    });
  }

  bool reaches(const Trigger& on, std::size_t person, Day day) {
    if (level_ == ScoreLevel::contact) return true;
    if (!on.pipeline.empty() && pipeline_on(world_, row_, day, boundary_) != on.pipeline)
      return false;
    if (on.feeds == Trigger::Feeds::each) return true;
    std::pair<Day, std::size_t> newest{Day::min(), 0};
    for (std::size_t deal = 0; deal < world_.deals.size(); ++deal) {
      const Simulation other(world_, rules_, level_, static_cast<std::uint32_t>(deal), never);
      if (day < other.first_ || day > other.last_ || !people_of(deal).contains(person)) continue;
      if (!on.pipeline.empty() && pipeline_on(world_, deal, day, boundary_) != on.pipeline)
        continue;
      newest = std::max(newest, std::pair(other.first_, deal));
    }
    return newest.second == row_;
  }

  void handle(const Happening& happening, Day day) {
    const Cause cause{.kind = happening.is_activity ? Cause::Kind::activity : Cause::Kind::event,
                      .row = happening.row};
    if (!happening.is_activity)
      for (const bool is_stage : {false, true})
        if (event(happening.row) == (is_stage ? "stage" : "pipeline"))
          enter(is_stage, std::string(world_.deal_events.details[happening.row]), cause, day);
    for_each_rule([&](const std::string& key, const Occasion& occasion, const ScoreRules* score,
                      const PointsRule* rule, std::size_t action) {
      if (!occasion.on) return;
      const Trigger& on = *occasion.on;
      if (happening.is_activity && on.kind == Trigger::Kind::activity &&
          has(on.names, activity(happening.row)) && reaches(on, happening.person, day))
        fire(key, occasion, score, rule, action, world_.activities.count(happening.row), cause,
             day);
      if (!happening.is_activity && on.kind == Trigger::Kind::event &&
          has(on.names, event(happening.row)))
        fire(key, occasion, score, rule, action, 1, cause, day);
    });
  }

  void cross(const std::map<std::string, std::int64_t>& before, Day day) {
    std::set<std::string> crossed;
    for (;;) {
      std::map<std::string, std::int64_t> now;
      for (const auto& [name, value] : before) now[name] = value_of(name, day);
      bool any = false;
      for_each_rule([&](const std::string& key, const Occasion& occasion, const ScoreRules* score,
                        const PointsRule* rule, std::size_t action) {
        if (!occasion.on || occasion.on->kind != Trigger::Kind::score) return;
        const Trigger& on = *occasion.on;
        const bool was = before.at(on.score) >= units_of(on.threshold);
        const bool is = now.at(on.score) >= units_of(on.threshold);
        const bool up = on.direction == Trigger::Direction::up;
        if (!(up ? !was && is : was && !is) || !crossed.insert(key).second) return;
        any = true;
        fire(key, occasion, score, rule, action, 1, {.kind = Cause::Kind::score}, day);
      });
      if (!any) return;
    }
  }

  // The fold of what counts on a day, and what it adds up.
  std::int64_t value_of(const std::string& name, Day day) {
    const ScoreRules& score = rules_.scores[*rules_.find_score(name)];
    std::int64_t value = units_of(score.start);
    for (const Entry& entry : entries_)
      if (entry.score == name && entry.day <= day && day < entry.until)
        value = entry.is_set ? entry.units : value + entry.left_on(day);
    for (const std::string& other : score.sum) value += value_of(other, day);
    if (!score.contacts.empty() && day >= first_)
      for (const std::size_t person : people_of(row_))
        value += contact_value(person, score.contacts, day);
    if (day >= first_) {
      std::int64_t factor = score.factor_millionths;
      for (auto it = score.multipliers.rbegin(); it != score.multipliers.rend(); ++it)
        if (holds_by_reference(it->when, *subject_, row_, day)) factor = it->millionths;
      value = share(value, factor);
    }
    if (score.least) value = std::max(value, units_of(*score.least));
    if (score.most) value = std::min(value, units_of(*score.most));
    return value;
  }

  std::int64_t contact_value(std::size_t person, const std::string& name, Day day) {
    auto [it, is_new] = contacts_.try_emplace(person);
    if (is_new)
      it->second =
          Simulation(world_, rules_, ScoreLevel::contact, static_cast<std::uint32_t>(person), last_)
              .run();
    const auto found = it->second.find(day);
    return found == it->second.end() ? 0 : found->second.at(name);
  }

  const World& world_;
  const DealRules& rules_;
  ScoreLevel level_;
  std::uint32_t row_;
  DayBoundary boundary_;
  SubjectPtr subject_;
  Day first_{}, last_{};
  std::vector<Entry> entries_;
  std::set<std::string> fired_, standing_;
  std::string stage_, pipeline_;
  std::map<Day, std::map<std::string, std::int64_t>> days_;
  std::map<std::size_t, std::map<Day, std::map<std::string, std::int64_t>>> contacts_;
};

}  // namespace

std::vector<double> scores_by_reference(const World& world, const DealRules& rules,
                                        ScoreLevel level, std::uint32_t row, Day as_of,
                                        std::vector<FiredAction>* actions) {
  Simulation simulation(world, rules, level, row, as_of);
  const auto days = simulation.run();
  if (actions != nullptr) *actions = simulation.actions;
  std::vector<double> values;
  for (const ScoreRules& score : rules.scores)
    if (score.of == level)
      values.push_back(static_cast<double>(days.rbegin()->second.at(score.name)) / millionths);
  return values;
}

}  // namespace rolecall
