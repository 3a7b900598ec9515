#include "scoring/deals/deal_scorer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/exact.hpp"
#include "core/parallel.hpp"
#include "core/predicate/world_subjects.hpp"
#include "core/profile.hpp"
#include "scoring/deals/deal_as_of.hpp"

namespace rolecall {
namespace {

constexpr std::size_t grain = 256;  // deals or people of a task

DayBoundary boundary_of(const DealRules& rules) {
  return rules.readings.day_boundary == "UTC" ? DayBoundary()
                                              : DayBoundary(rules.readings.day_boundary);
}

// The first row of each block whose points were too many; whatever the threads, the same.
class Overflows {
 public:
  explicit Overflows(std::size_t rows) : first_(parallel::block_count(rows, grain), no_index) {}
  void note(std::size_t block, std::uint32_t row) { first_[block] = std::min(first_[block], row); }
  std::uint32_t first() const {
    const auto it = std::ranges::min_element(first_);
    return it == first_.end() ? no_index : *it;
  }

 private:
  std::vector<std::uint32_t> first_;
};

[[noreturn]] void refuse_overflow(std::string_view what, std::string_view id) {
  throw InputError({.field = fmt::format("scores of {}", what),
                    .value = std::string(id),
                    .what = "the points add up to more than whole numbers of 62 bits hold",
                    .remedy = "Use points with fewer digits, or look for activities with absurd "
                              "counts."});
}

std::vector<ScoredDays> spans_of_deals(const DealFacts& facts,
                                       std::span<const std::optional<Day>> days) {
  std::vector<ScoredDays> spans(days.size());
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!days[d]) continue;
    const DealId deal{d};
    const Day first = std::min(facts.first_day(deal), *days[d]);
    spans[d] = {first, std::max(first, std::min(facts.last_day(deal), *days[d]))};
  }
  return spans;
}

}  // namespace

double RuleScores::value(std::size_t row, std::size_t column) const {
  return rounded_ratio(at(row, column), scale);
}

DealScorer::DealScorer(const World& world, const DealRules& rules, const AsOf& as_of)
    : world_(world), boundary_(boundary_of(rules)), as_of_(as_of), facts_(world, boundary_) {
  const Phase phase("ask conditions");
  deal_days_ = resolve(as_of, world, facts_, boundary_);
  deal_spans_ = spans_of_deals(facts_, deal_days_);
  Day last = as_of.anchor == AsOf::Anchor::date ? as_of.date : Day::min();
  for (const std::optional<Day>& day : deal_days_)
    if (day) last = std::max(last, *day);
  if (last != Day::min())
    person_spans_.assign(world.people.size(), {std::min(facts_.first_recorded_day(), last), last});
  else
    person_spans_.resize(world.people.size());
  rules_ = bind_rules(rules, world, *deal_subject(world, boundary_), deal_spans_,
                      *person_subject(world, boundary_), person_spans_);
  warnings_ = rules_.warnings;
  histories_.resize(rules_.contacts.scores.size());
  follow_contacts();
}

// Contact scores that deals add up are followed over time.
void DealScorer::follow_contacts() {
  std::vector<std::uint32_t> wanted;
  for (const BoundScore& score : rules_.deals.scores)
    if (score.contacts != no_index) wanted.push_back(score.contacts);
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.empty()) return;
  const Phase phase("follow contacts");
  const std::size_t people = person_spans_.size(), columns = rules_.contacts.scores.size();
  struct Found {
    std::vector<std::vector<ContactHistory::Change>> changes;  // by wanted score
    std::vector<std::vector<std::uint64_t>> counts;            // likewise, by person
  };
  std::vector<Found> blocks(parallel::block_count(people, grain));
  Overflows overflows(people);
  parallel::for_blocks(people, grain, [&](std::size_t begin, std::size_t end) {
    Found& found = blocks[begin / grain];
    found.changes.resize(wanted.size());
    found.counts.resize(wanted.size());
    LedgerRun ledgers(world_, facts_, rules_, ScoreLevel::contact, {});
    std::vector<std::int64_t> values(columns);
    std::vector<FiredAction> actions;
    LedgerTrace trace;
    for (std::size_t p = begin; p < end; ++p) {
      trace.lines.clear(), trace.days.clear(), trace.values.clear();
      const ScoredDays span = person_spans_[p];
      const auto row = static_cast<std::uint32_t>(p);
      if (span.first <= span.last && !ledgers.run(row, span, values, actions, &trace))
        overflows.note(begin / grain, row);
      for (std::size_t w = 0; w < wanted.size(); ++w) {
        std::int64_t now = 0;
        const std::size_t before = found.changes[w].size();
        for (std::size_t i = 0; i < trace.days.size(); ++i) {
          const std::int64_t value = trace.values[i * columns + wanted[w]];
          if (value != now) found.changes[w].push_back({trace.days[i], value});
          now = value;
        }
        found.counts[w].push_back(found.changes[w].size() - before);
      }
    }
  });
  if (const auto bad = overflows.first(); bad != no_index)
    refuse_overflow("contact", world_.people.ids[bad]);
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    ContactHistory& history = histories_[wanted[w]];
    history.offsets.push_back(0);
    for (const Found& found : blocks) {
      history.changes.insert(history.changes.end(), found.changes[w].begin(),
                             found.changes[w].end());
      for (const std::uint64_t n : found.counts[w])
        history.offsets.push_back(history.offsets.back() + n);
    }
  }
}

RuleScores DealScorer::run(ScoreLevel level, std::span<const ScoredDays> spans) const {
  const Phase phase(level == ScoreLevel::deal ? "score deals" : "score contacts");
  RuleScores result;
  result.names = rules_.rules->score_names(level);
  result.scale = rules_.scale;
  for (std::size_t row = 0; row < spans.size(); ++row) {
    if (spans[row].first > spans[row].last) continue;
    result.rows.push_back(static_cast<std::uint32_t>(row));
    result.days.push_back(spans[row].last);
  }
  const std::size_t columns = result.names.size();
  result.units.resize(result.size() * columns);
  std::vector<std::vector<FiredAction>> actions(parallel::block_count(result.size(), grain));
  Overflows overflows(result.size());
  parallel::for_blocks(result.size(), grain, [&](std::size_t begin, std::size_t end) {
    LedgerRun ledgers(world_, facts_, rules_, level, histories_);
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t row = result.rows[i];
      const std::span<std::int64_t> values(result.units.data() + i * columns, columns);
      if (!ledgers.run(row, spans[row], values, actions[begin / grain], nullptr))
        overflows.note(begin / grain, row);
    }
  });
  if (const auto bad = overflows.first(); bad != no_index)
    level == ScoreLevel::deal ? refuse_overflow("deal", world_.deals.ids[bad])
                              : refuse_overflow("contact", world_.people.ids[bad]);
  for (std::vector<FiredAction>& block : actions)
    result.actions.insert(result.actions.end(), block.begin(), block.end());
  return result;
}

RuleScores DealScorer::score_deals() const { return run(ScoreLevel::deal, deal_spans_); }

RuleScores DealScorer::score_contacts() const {
  if (as_of_.anchor != AsOf::Anchor::date)
    throw InputError(
        {.field = "--level",
         .value = "contact",
         .what = "contacts have no one score when each deal has an as-of day of its own",
         .remedy = "Give --as-of a date."});
  return run(ScoreLevel::contact, person_spans_);
}

LedgerTrace DealScorer::trace(DealId deal) const {
  const ScoredDays days = span(deal);
  if (days.first > days.last)
    throw InputError({.field = "deal",
                      .value = std::string(world_.deals.ids[deal.index()]),
                      .what =
                          "the deal is not scored: it had not been opened by then, or lacks the "
                          "day that --as-of counts from",
                      .remedy = "Choose a later day, or a date."});
  LedgerTrace trace;
  std::vector<std::int64_t> values(rules_.deals.scores.size());
  std::vector<FiredAction> actions;
  LedgerRun ledgers(world_, facts_, rules_, ScoreLevel::deal, histories_);
  if (!ledgers.run(static_cast<std::uint32_t>(deal.index()), days, values, actions, &trace))
    refuse_overflow("deal", world_.deals.ids[deal.index()]);
  return trace;
}

LedgerTrace DealScorer::trace(PersonId person) const {
  LedgerTrace trace;
  std::vector<std::int64_t> values(rules_.contacts.scores.size());
  std::vector<FiredAction> actions;
  LedgerRun ledgers(world_, facts_, rules_, ScoreLevel::contact, histories_);
  if (!ledgers.run(static_cast<std::uint32_t>(person.index()), span(person), values, actions,
                   &trace))
    refuse_overflow("contact", world_.people.ids[person.index()]);
  return trace;
}

}  // namespace rolecall
