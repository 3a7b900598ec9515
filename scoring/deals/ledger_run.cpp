#include "scoring/deals/ledger_run.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "scoring/deals/shares.hpp"

namespace rolecall {
namespace {

constexpr int128 limit = int128{1} << 62;
constexpr LedgerLine no_line;
constexpr days_rep one_day{1};

bool matches(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& n) { return n == "*" || n == name; });
}

}  // namespace

bool LedgerRun::Happening::operator<(const Happening& other) const {
  return std::tuple(day, bits, !is_event(), row) <
         std::tuple(other.day, other.bits, !other.is_event(), other.row);
}

LedgerRun::LedgerRun(const World& world, const DealFacts& facts, const BoundRules& rules,
                     ScoreLevel level, std::span<const ContactHistory> histories)
    : world_(world),
      facts_(facts),
      rules_(rules),
      level_(level == ScoreLevel::deal ? rules.deals : rules.contacts),
      of_deals_(level == ScoreLevel::deal),
      histories_(histories),
      clock_(rules.rules->readings.day_boundary == "UTC"
                 ? DayBoundary()
                 : DayBoundary(rules.rules->readings.day_boundary)),
      ledgers_(level_.scores.size()),
      values_(level_.scores.size()),
      contact_sums_(level_.scores.size()),
      idling_(level_.stagnation.size()),
      standing_(level_.listeners.size()) {}

bool LedgerRun::run(std::uint32_t owner, ScoredDays span, std::span<std::int64_t> values,
                    std::vector<FiredAction>& actions, LedgerTrace* trace) {
  owner_ = owner;
  span_ = span;
  trace_ = trace;
  actions_ = &actions;
  daily_ = level_.watches_days() || trace != nullptr;
  good_ = true;
  restart();
  Day day = span.first;
  for (; day < span.last; day = next_day()) process(day);
  process(span.last);
  if (!daily_) {
    follow_contacts();
    evaluate();
  }
  std::ranges::copy(values_, values.begin());
  return good_;
}

void LedgerRun::restart() {
  for (std::size_t s = 0; s < ledgers_.size(); ++s)
    ledgers_[s].restart(level_.scores[s].start, level_.scores[s].keeps_entries);
  std::ranges::fill(contact_sums_, 0);
  for (Idling& idling : idling_) {
    idling.since = span_.first;
    idling.steps = 0;
    idling.entries.clear();
  }
  fired_.assign(level_.listeners.size(), 0);
  due_.clear();
  begun_ = false;
  happenings_.clear();
  next_happening_ = 0;
  stage_ = pipeline_ = {};
  if (of_deals_) {
    gather_events();
    for (const PersonId person : facts_.people(DealId{owner_})) gather_activities(person);
    gather_contacts();
  } else {
    gather_activities(PersonId{owner_});
  }
  if (!std::ranges::is_sorted(happenings_, std::less<>()))
    std::ranges::sort(happenings_, std::less<>());
  schedule_statics();
  gather_turns();
  if (daily_) {
    evaluate();
    before_ = values_;
  }
}

void LedgerRun::gather_events() {
  const DealEvents& events = world_.deal_events;
  if (owner_ + 1 >= events.offsets.size()) return;
  for (std::uint64_t e = events.offsets[owner_]; e < events.offsets[owner_ + 1]; ++e) {
    const Day day = clock_.day_of(events.times[e]);
    if (day >= span_.first && day <= span_.last)
      happenings_.push_back({events.times[e].bits(), day, no_index, e});
  }
}

void LedgerRun::gather_activities(PersonId person) {
  const ActivityLog& log = world_.activities;
  if (person.index() + 1 >= log.offsets.size()) return;
  // A zone is less than two days from UTC.
  const auto begin = log.times.begin() + static_cast<std::ptrdiff_t>(log.offsets[person.index()]);
  const auto end = log.times.begin() + static_cast<std::ptrdiff_t>(log.offsets[person.index() + 1]);
  const auto from = std::lower_bound(begin, end, Timestamp(Instant{span_.first - 2 * one_day}));
  const Timestamp beyond(Instant{span_.last + 3 * one_day});
  for (auto it = from; it != end && *it < beyond; ++it) {
    const auto row = static_cast<std::uint64_t>(it - log.times.begin());
    if (!level_.hears[log.types[row].index()] || log.count(row) == 0) continue;
    const Day day = clock_.day_of(*it);
    if (day >= span_.first && day <= span_.last)
      happenings_.push_back({it->bits(), day, static_cast<std::uint32_t>(person.index()), row});
  }
}

void LedgerRun::schedule_statics() {
  scheduled_.clear();
  next_scheduled_ = 0;
  for (const std::uint32_t l : level_.statics) {
    const ConditionDays& condition = level_.conditions[level_.listeners[l].condition];
    if (!condition.changes()) {
      if (condition.always(owner_)) scheduled_.push_back({span_.first, l, true});
      continue;
    }
    bool begins = true;
    for (const Day day : condition.turns(owner_)) {
      scheduled_.push_back({day, l, begins});
      begins = !begins;
    }
  }
  std::ranges::sort(scheduled_, std::less<>());
}

void LedgerRun::gather_contacts() {
  contacts_.clear();
  for (std::uint32_t s = 0; s < level_.scores.size(); ++s) {
    if (level_.scores[s].contacts == no_index) continue;
    const ContactHistory& history = histories_[level_.scores[s].contacts];
    for (const PersonId person : facts_.people(DealId{owner_}))
      contacts_.push_back({.score = s, .ahead = history.of(person)});
  }
}

void LedgerRun::gather_turns() {
  turns_.clear();
  next_turn_ = 0;
  for (const BoundScore& score : level_.scores)
    for (const std::uint32_t c : score.multipliers)
      if (level_.conditions[c].changes()) {
        const std::span<const Day> turns = level_.conditions[c].turns(owner_);
        turns_.insert(turns_.end(), turns.begin(), turns.end());
      }
  std::ranges::sort(turns_);
}

Day LedgerRun::next_day() const {
  Day next = span_.last;
  const auto consider = [&](Day day) { next = std::min(next, day); };
  if (next_happening_ < happenings_.size()) consider(happenings_[next_happening_].day);
  if (!due_.empty()) consider(due_.front().day);
  if (next_scheduled_ < scheduled_.size()) consider(scheduled_[next_scheduled_].day);
  if (!daily_) return next;
  if (next_turn_ < turns_.size()) consider(turns_[next_turn_]);
  for (std::uint32_t i = 0; i < idling_.size(); ++i) consider(next_step(i));
  for (const Contact& contact : contacts_)
    if (!contact.ahead.empty()) consider(contact.ahead.front().day);
  return next;
}

void LedgerRun::process(Day day) {
  today_ = day;
  begun_ = true;
  while (next_turn_ < turns_.size() && turns_[next_turn_] <= day) ++next_turn_;
  // Days that nobody looked at: what idling cost on them.
  stagnate(day - one_day);
  take_due();
  for (; next_scheduled_ < scheduled_.size() && scheduled_[next_scheduled_].day <= day;
       ++next_scheduled_) {
    const auto& [when, listener, begins] = scheduled_[next_scheduled_];
    const Listener& rule = level_.listeners[listener];
    if (begins)
      fire(listener, {.kind = Cause::Kind::condition});
    else
      remove(rule.score, standing_[listener]);
  }
  const std::size_t first = next_happening_;
  while (next_happening_ < happenings_.size() && happenings_[next_happening_].day == day) {
    const Happening& h = happenings_[next_happening_++];
    const auto& ends = h.is_event()
                           ? level_.ends_idling_event[world_.deal_events.types[h.row].index()]
                           : level_.ends_idling[world_.activities.types[h.row].index()];
    for (const std::uint32_t i : ends) revive(i);
  }
  stagnate(day);
  if (of_deals_ && day == span_.first) enter_first_places();
  for (std::size_t h = first; h < next_happening_; ++h) handle(happenings_[h]);
  if (of_deals_ && day == facts_.last_day(DealId{owner_})) enter_closing_stage();
  if (!daily_) return;
  follow_contacts();
  evaluate();
  if (!level_.crossings.empty()) cross();
  before_ = values_;
  if (trace_ == nullptr) return;
  if (!trace_->days.empty() && trace_->days.back() == day)
    trace_->values.resize(trace_->values.size() - values_.size());
  else
    trace_->days.push_back(day);
  trace_->values.insert(trace_->values.end(), values_.begin(), values_.end());
}

void LedgerRun::take_due() {
  while (!due_.empty() && due_.front().day <= today_) {
    Due due = due_.front();
    std::ranges::pop_heap(due_, std::less<>());
    due_.pop_back();
    if (due.decay == nullptr) {
      ledgers_[due.score].remove(due.entry);
      continue;
    }
    due.left = left_after(1, due.left, *due.decay, rules_.scale);
    ledgers_[due.score].change(due.entry, due.left);
    due.day += days_rep{due.decay->every_days};
    if (due.left != 0) plan(due);
  }
}

void LedgerRun::plan(const Due& due) {
  if (due.day > span_.last) return;
  due_.push_back(due);
  std::ranges::push_heap(due_, std::less<>());
}

std::int64_t LedgerRun::steps_due(std::uint32_t i, Day day) const {
  const Stagnation& s = *level_.stagnation[i].source;
  const std::int64_t beyond = (day - idling_[i].since).count() - s.idle_days;
  if (beyond <= 0) return 0;
  const bool up = rules_.rules->readings.stagnation_rounding == DealRules::Readings::Rounding::ceil;
  return (beyond + (up ? s.every_days - 1 : 0)) / s.every_days;
}

// The day of the next loss, if nothing happens before; the last of the span when it lies beyond.
Day LedgerRun::next_step(std::uint32_t i) const { return std::min(first_step(i), span_.last); }

Day LedgerRun::first_step(std::uint32_t i) const {
  const Stagnation& s = *level_.stagnation[i].source;
  const bool up = rules_.rules->readings.stagnation_rounding == DealRules::Readings::Rounding::ceil;
  const std::int64_t beyond =
      up ? idling_[i].steps * s.every_days + 1 : (idling_[i].steps + 1) * s.every_days;
  const std::int64_t ahead = s.idle_days + beyond;
  return ahead > (span_.last - idling_[i].since).count()
             ? Day::max()
             : idling_[i].since + days_rep{static_cast<int>(ahead)};
}

// What idling costs up to the end of a day.
void LedgerRun::stagnate(Day day) {
  if (!rules_.rules->readings.stagnation_counts_itself) {
    for (std::uint32_t i = 0; i < idling_.size(); ++i) lose(i, day);
    return;
  }
  // A loss sets the clocks of its score back, so losses are taken in the order of their days.
  for (;;) {
    Day first = Day::max();
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < idling_.size(); ++i)
      if (const Day step = first_step(i); step < first) first = step, next = i;
    if (first > day) return;
    lose(next, first);
    for (std::uint32_t i = 0; i < idling_.size(); ++i)
      if (level_.stagnation[i].score == level_.stagnation[next].score) {
        idling_[i].since = first;
        idling_[i].steps = 0;
      }
  }
}

void LedgerRun::lose(std::uint32_t i, Day day) {
  Idling& idling = idling_[i];
  const std::int64_t steps = steps_due(i, day);
  if (steps <= idling.steps) return;
  const BoundStagnation& stagnation = level_.stagnation[i];
  LedgerLine line;
  line.score = stagnation.score;
  line.stagnation = i;
  line.cause = {.kind = Cause::Kind::stagnation};
  line.day = day;
  const Entry entry = write(stagnation.score, PointsRule::Change::add,
                            int128{stagnation.units} * (idling.steps - steps), line);
  idling.steps = steps;
  if (rules_.rules->readings.stagnation_recovers) idling.entries.push_back(entry);
}

void LedgerRun::revive(std::uint32_t i) {
  Idling& idling = idling_[i];
  for (const Entry& entry : idling.entries) remove(level_.stagnation[i].score, entry);
  idling.entries.clear();
  idling.steps = 0;
  idling.since = today_;
}

// Where the deal stood when it opened counts as entered then.
void LedgerRun::enter_first_places() {
  if (level_.on_stage.empty() && level_.on_pipeline.empty()) return;
  const DealId deal{owner_};
  const Cause cause{.kind = Cause::Kind::first_day};
  enter(pipeline_, facts_.first_pipeline(deal), level_.on_pipeline, cause);
  enter(stage_, facts_.first_stage(deal), level_.on_stage, cause);
}

// A deal without events of stages enters the one recorded on the day it closes.
void LedgerRun::enter_closing_stage() {
  const std::string_view stage = facts_.closing_stage(DealId{owner_});
  if (!stage.empty()) enter(stage_, stage, level_.on_stage, {.kind = Cause::Kind::closing});
}

void LedgerRun::enter(std::string_view& place, std::string_view next,
                      const std::vector<std::uint32_t>& listeners, const Cause& cause) {
  if (next == place) return;
  const std::string_view from = std::exchange(place, next);
  if (next.empty()) return;
  for (const std::uint32_t l : listeners) {
    const Trigger& on = *level_.listeners[l].occasion->on;
    if (matches(on.names, next) && (on.from.empty() || on.from == from)) fire(l, cause);
  }
}

void LedgerRun::handle(const Happening& happening) {
  if (happening.is_event()) {
    const DealEvents& events = world_.deal_events;
    const DealEventTypeId type = events.types[happening.row];
    const Cause cause{.kind = Cause::Kind::event, .row = happening.row};
    if (type == facts_.pipeline_event())
      enter(pipeline_, events.details[happening.row], level_.on_pipeline, cause);
    if (type == facts_.stage_event())
      enter(stage_, events.details[happening.row], level_.on_stage, cause);
    for (const std::uint32_t l : level_.on_event[type.index()]) fire(l, cause);
    return;
  }
  const ActivityLog& log = world_.activities;
  const Cause cause{.kind = Cause::Kind::activity, .row = happening.row};
  for (const std::uint32_t l : level_.on_activity[log.types[happening.row].index()])
    fire(l, cause, log.count(happening.row), PersonId{happening.person});
}

void LedgerRun::fire(std::uint32_t l, const Cause& cause, std::uint64_t count, PersonId person) {
  const Listener& listener = level_.listeners[l];
  const Occasion& occasion = *listener.occasion;
  if (count == 0 || (occasion.once && fired_[l])) return;
  if (of_deals_ && person) {
    const Trigger& on = *occasion.on;
    const DealId deal{owner_};
    if (!on.pipeline.empty() && facts_.pipeline_on(deal, today_) != on.pipeline) return;
    if (on.feeds == Trigger::Feeds::newest && !facts_.is_newest(deal, person, today_, on.pipeline))
      return;
  }
  if (occasion.on && listener.condition != no_index &&
      !level_.conditions[listener.condition].holds(owner_, today_))
    return;
  fired_[l] = 1;
  if (listener.action != no_index) {
    actions_->push_back(
        {.owner = owner_, .action = listener.action, .day = today_, .cause = cause});
    return;
  }
  const bool adds = listener.change == PointsRule::Change::add;
  LedgerLine line;
  line.score = listener.score;
  line.listener = l;
  line.cause = cause;
  line.day = today_;
  const std::uint64_t times = adds && !occasion.once ? count : 1;
  const Entry entry = write(listener.score, listener.change, int128{listener.units} * times, line);
  if (!occasion.on) standing_[l] = entry;
  if (listener.decay != nullptr && listener.decay->every_days <= (span_.last - today_).count())
    plan({today_ + days_rep{listener.decay->every_days}, listener.score, entry.number,
          listener.decay, int128{listener.units} * times});
  if (listener.expires_days == 0) return;
  if (trace_ != nullptr)
    trace_->lines[entry.traced].until = today_ + days_rep{listener.expires_days};
  if (listener.expires_days > (span_.last - today_).count()) return;
  plan({today_ + days_rep{listener.expires_days}, listener.score, entry.number});
}

LedgerRun::Entry LedgerRun::write(std::uint32_t score, PointsRule::Change change, int128 points,
                                  const LedgerLine& line) {
  if (points >= limit || points <= -limit) {
    good_ = false;
    points = 0;
  }
  Entry entry{no_index, no_index};
  entry.number =
      change == PointsRule::Change::set ? ledgers_[score].set(points) : ledgers_[score].add(points);
  if (trace_ == nullptr) return entry;
  entry.traced = static_cast<std::uint32_t>(trace_->lines.size());
  trace_->lines.push_back(line);
  trace_->lines.back().is_set = change == PointsRule::Change::set;
  trace_->lines.back().units = static_cast<std::int64_t>(points);
  return entry;
}

void LedgerRun::remove(std::uint32_t score, const Entry& entry) {
  ledgers_[score].remove(entry.number);
  if (trace_ != nullptr)
    trace_->lines[entry.traced].until = std::min(trace_->lines[entry.traced].until, today_);
}

void LedgerRun::follow_contacts() {
  for (Contact& contact : contacts_)
    for (; !contact.ahead.empty() && contact.ahead.front().day <= today_;
         contact.ahead = contact.ahead.subspan(1)) {
      contact_sums_[contact.score] += contact.ahead.front().units - contact.now;
      contact.now = contact.ahead.front().units;
    }
}

void LedgerRun::evaluate() {
  for (const std::uint32_t s : level_.order) {
    const BoundScore& score = level_.scores[s];
    int128 value = ledgers_[s].value() + contact_sums_[s];
    for (const std::uint32_t other : score.sum) value += values_[other];
    if (value >= limit || value <= -limit) {
      good_ = false;
      value = 0;
    }
    if (begun_ && score.source->is_multiplied()) {
      const Multiplier* multiplier = level_.multiplier_of(s, owner_, today_);
      value = share_of(value, multiplier ? multiplier->millionths : score.source->factor_millionths,
                       rules_.scale);
    }
    value = std::clamp<int128>(value, score.least, score.most);
    if (value >= limit || value <= -limit) {
      good_ = false;
      value = 0;
    }
    values_[s] = static_cast<std::int64_t>(value);
  }
}

bool LedgerRun::crosses(const Listener& listener) const {
  const bool was = before_[listener.watched] >= listener.threshold;
  const bool is = values_[listener.watched] >= listener.threshold;
  return listener.occasion->on->direction == Trigger::Direction::up ? !was && is : was && !is;
}

// From the end of the day before to this one's; what that sets off may let others cross.
void LedgerRun::cross() {
  crossed_today_.assign(level_.listeners.size(), 0);
  for (;;) {
    crossing_.clear();
    for (const std::uint32_t l : level_.crossings)
      if (!crossed_today_[l] && crosses(level_.listeners[l])) crossing_.push_back(l);
    if (crossing_.empty()) return;
    for (const std::uint32_t l : crossing_) {
      crossed_today_[l] = 1;
      fire(l, {.kind = Cause::Kind::score});
    }
    evaluate();
  }
}

}  // namespace rolecall
