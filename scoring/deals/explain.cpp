#include "scoring/deals/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/exact.hpp"
#include "scoring/deals/shares.hpp"

namespace rolecall {
namespace {

using State = ExplainedLine::State;

class Explanation {
 public:
  Explanation(const DealScorer& scorer, const BoundLevel& level, const LedgerTrace& trace,
              std::span<const PersonId> people, std::size_t owner, ScoredDays span,
              std::optional<Day> since)
      : scorer_(scorer),
        level_(level),
        trace_(trace),
        people_(people),
        owner_(static_cast<std::uint32_t>(owner)),
        day_(span.last) {
    // Scores stand still once a deal has closed.
    if (since && *since >= span.first) since_ = std::min(*since, span.last);
  }

  std::vector<ExplainedLine> run() {
    for (std::uint32_t s = 0; s < level_.scores.size(); ++s) explain_score(s);
    return std::move(lines_);
  }

 private:
  // The value of a score at the end of a day of the trace.
  std::int64_t value_on(std::uint32_t score, Day day) const {
    const auto it = std::ranges::upper_bound(trace_.days, day);
    const auto row = static_cast<std::size_t>(it - trace_.days.begin()) - 1;
    return trace_.values[row * level_.scores.size() + score];
  }

  void add(ExplainedLine line) {
    total_ += line.counted;
    total_before_ += line.before;
    lines_.push_back(std::move(line));
  }

  void explain_score(std::uint32_t s) {
    const BoundScore& score = level_.scores[s];
    total_ = total_before_ = 0;
    const std::size_t last_set = find_last_set(s, day_);
    const std::size_t last_set_before = since_ ? find_last_set(s, *since_) : none;
    ExplainedLine start{.score = s, .rule = "start", .cause = "", .change = points(score.start)};
    start.state = last_set == none ? State::counts : State::hidden;
    start.counted = last_set == none ? score.start : 0;
    start.before = since_ && last_set_before == none ? score.start : 0;
    if (score.start != 0 || last_set != none) add(std::move(start));
    for (std::size_t i = 0; i < trace_.lines.size(); ++i) {
      const LedgerLine& line = trace_.lines[i];
      if (line.score != s) continue;
      ExplainedLine out{.score = s,
                        .day = line.day,
                        .rule = rule_of(line),
                        .cause = cause_of(line),
                        .change = (line.is_set       ? "= "
                                   : line.units >= 0 ? "+"
                                                     : "") +
                                  points(line.units)};
      out.state = state_of(i, last_set, day_);
      if (out.state == State::counts) out.counted = left_of(line, day_);
      if (since_ && state_of(i, last_set_before, *since_) == State::counts)
        out.before = left_of(line, *since_);
      add(std::move(out));
    }
    for (const std::uint32_t other : score.sum)
      add({.score = s,
           .rule = "sum",
           .cause = level_.scores[other].source->name,
           .change = {},
           .counted = value_on(other, day_),
           .before = since_ ? value_on(other, *since_) : 0});
    if (score.contacts != no_index)
      for (const PersonId person : people_)
        add({.score = s,
             .rule = "contacts",
             .cause = fmt::format("{} of {}", score.source->contacts,
                                  scorer_.world().people.ids[person.index()]),
             .change = {},
             .counted = contact_value(score.contacts, person, day_),
             .before = since_ ? contact_value(score.contacts, person, *since_) : 0});
    if (score.source->is_multiplied()) {
      const std::int64_t more = factor_on(s, day_, total_) - total_;
      const std::int64_t before = since_ ? factor_on(s, *since_, total_before_) - total_before_ : 0;
      const Multiplier* multiplier = level_.multiplier_of(s, owner_, day_);
      const std::int64_t factor =
          multiplier ? multiplier->millionths : score.source->factor_millionths;
      if (more != 0 || before != 0)
        add({.score = s,
             .rule = "multiplier",
             .cause = multiplier ? multiplier->when.text() : "no condition holds",
             .change = fmt::format("× {}", rounded_ratio(factor, one_in_millionths)),
             .counted = more,
             .before = before});
    }
    const std::int64_t cut = value_on(s, day_) - total_;
    const std::int64_t cut_before = since_ ? value_on(s, *since_) - total_before_ : 0;
    if (cut != 0 || cut_before != 0)
      add({.score = s,
           .rule = "limit",
           .cause = "min or max of the score",
           .change = {},
           .counted = cut,
           .before = cut_before});
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // The sum of a score, times what multiplies it on a day.
  std::int64_t factor_on(std::uint32_t s, Day day, std::int64_t sum) const {
    const Multiplier* multiplier = level_.multiplier_of(s, owner_, day);
    return static_cast<std::int64_t>(share_of(
        sum, multiplier ? multiplier->millionths : level_.scores[s].source->factor_millionths,
        scorer_.rules().scale));
  }

  // What an entry is worth on a day.
  std::int64_t left_of(const LedgerLine& line, Day day) const {
    const PointsDecay* decay =
        line.listener == LedgerLine::none ? nullptr : level_.listeners[line.listener].decay;
    if (decay == nullptr) return line.units;
    return static_cast<std::int64_t>(left_after((day - line.day).count() / decay->every_days,
                                                line.units, *decay, scorer_.rules().scale));
  }

  bool is_live(const LedgerLine& line, Day day) const {
    return line.day <= day && day < line.until;
  }

  std::size_t find_last_set(std::uint32_t score, Day day) const {
    for (std::size_t i = trace_.lines.size(); i-- > 0;)
      if (trace_.lines[i].score == score && trace_.lines[i].is_set && is_live(trace_.lines[i], day))
        return i;
    return none;
  }

  State state_of(std::size_t i, std::size_t last_set, Day day) const {
    if (trace_.lines[i].day > day) return State::not_yet;
    if (!is_live(trace_.lines[i], day)) return State::expired;
    return last_set != none && i < last_set ? State::hidden : State::counts;
  }

  std::int64_t contact_value(std::uint32_t score, PersonId person, Day day) const {
    std::int64_t value = 0;
    for (const auto& change : scorer_.contact_history(score).of(person))
      if (change.day <= day) value = change.units;
    return value;
  }

  std::string points(std::int64_t units) const {
    return fmt::format("{}", rounded_ratio(units, scorer_.rules().scale));
  }

  std::string rule_of(const LedgerLine& line) const {
    if (line.stagnation != LedgerLine::none) return level_.stagnation[line.stagnation].source->name;
    const Listener& listener = level_.listeners[line.listener];
    return level_.scores[listener.score].source->rules[listener.rule].name;
  }

  std::string cause_of(const LedgerLine& line) const {
    if (line.listener != LedgerLine::none) {
      const Occasion& occasion = *level_.listeners[line.listener].occasion;
      if (!occasion.on) return occasion.when->text();
      if (occasion.on->kind == Trigger::Kind::score) return to_string(*occasion.on);
    }
    return to_string(line.cause, scorer_.world());
  }

  const DealScorer& scorer_;
  const BoundLevel& level_;
  const LedgerTrace& trace_;
  std::span<const PersonId> people_;
  std::uint32_t owner_;
  Day day_;
  std::optional<Day> since_;
  std::vector<ExplainedLine> lines_;
  std::int64_t total_ = 0, total_before_ = 0;
};

PersonId person_of(const ActivityLog& log, std::uint64_t row) {
  const auto it = std::ranges::upper_bound(log.offsets, row);
  return PersonId{static_cast<std::size_t>(it - log.offsets.begin()) - 1};
}

}  // namespace

std::vector<ExplainedLine> explain(const DealScorer& scorer, DealId deal,
                                   std::optional<Day> since) {
  const LedgerTrace trace = scorer.trace(deal);
  return Explanation(scorer, scorer.rules().deals, trace, scorer.facts().people(deal), deal.index(),
                     scorer.span(deal), since)
      .run();
}

std::vector<ExplainedLine> explain(const DealScorer& scorer, PersonId person,
                                   std::optional<Day> since) {
  const LedgerTrace trace = scorer.trace(person);
  return Explanation(scorer, scorer.rules().contacts, trace, {}, person.index(),
                     scorer.span(person), since)
      .run();
}

std::string to_string(const Cause& cause, const World& world) {
  switch (cause.kind) {
    case Cause::Kind::condition:
      return "its condition holds";
    case Cause::Kind::first_day:
      return "its first day";
    case Cause::Kind::closing:
      return "it closed";
    case Cause::Kind::score:
      return "a score crossed";
    case Cause::Kind::stagnation:
      return "nothing happened";
    case Cause::Kind::activity: {
      const ActivityLog& log = world.activities;
      const std::uint64_t count = log.count(cause.row);
      return fmt::format("{}{} of {} at {}", log.type_names[log.types[cause.row].index()],
                         count == 1 ? "" : fmt::format(" × {}", count),
                         world.people.ids[person_of(log, cause.row).index()],
                         to_string(log.times[cause.row]));
    }
    case Cause::Kind::event: {
      const DealEvents& events = world.deal_events;
      const std::string_view detail = events.details[cause.row];
      return fmt::format("{}{}{} at {}", events.type_names[events.types[cause.row].index()],
                         detail.empty() ? "" : ": ", detail, to_string(events.times[cause.row]));
    }
  }
  return {};
}

std::string_view to_string(State state) {
  switch (state) {
    case State::counts:
      return "counts";
    case State::expired:
      return "expired";
    case State::hidden:
      return "hidden";
    case State::not_yet:
      return "not yet";
  }
  return "";
}

}  // namespace rolecall
