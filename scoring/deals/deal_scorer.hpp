#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/deals/bound_rules.hpp"
#include "scoring/deals/deal_facts.hpp"
#include "scoring/deals/ledger_run.hpp"
#include "scoring/deals/ledger_trace.hpp"
#include "scoring/deals/rules.hpp"

namespace rolecall {

// Scores by rules, in whole units of which a point has `scale`. One row for each deal that is
// scored, in order of id, or for each person; a column for each score of the level.
struct RuleScores {
  std::vector<std::string> names;  // of the columns
  std::int64_t scale = 1;
  std::vector<std::uint32_t> rows;   // deals or people
  std::vector<Day> days;             // as of which each was scored
  std::vector<std::int64_t> units;   // rows × columns
  std::vector<FiredAction> actions;  // by row, then in the order in which they fired

  std::size_t size() const { return rows.size(); }
  std::int64_t at(std::size_t row, std::size_t column) const {
    return units[row * names.size() + column];
  }
  double value(std::size_t row, std::size_t column) const;
};

// Rules met with a world as of a day; see docs/deal-rules.md for what is computed. Scores are made
// in parallel, with the same bits for any number of threads, and sums are exact. A score or a sum
// of points beyond 2^62 units is an InputError.
class DealScorer {
 public:
  // The world and the rules must outlive it. Conditions are asked here. Throws InputError for
  // conditions that do not fit the world.
  DealScorer(const World& world, const DealRules& rules, const AsOf& as_of);

  RuleScores score_deals() const;
  // Of contacts as of a date. Throws InputError when each deal has an as-of day of its own.
  RuleScores score_contacts() const;

  // All that happened to one of them by its as-of day. Throws InputError when it is not scored.
  LedgerTrace trace(DealId deal) const;
  LedgerTrace trace(PersonId person) const;

  const BoundRules& rules() const { return rules_; }
  const DealFacts& facts() const { return facts_; }
  const World& world() const { return world_; }
  DayBoundary boundary() const { return boundary_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  // The days on which a deal or a contact is scored; none when first > last.
  ScoredDays span(DealId deal) const { return deal_spans_[deal.index()]; }
  ScoredDays span(PersonId person) const { return person_spans_[person.index()]; }
  // The day asked for; it may lie after the last of the span, when the deal has closed.
  std::optional<Day> as_of(DealId deal) const { return deal_days_[deal.index()]; }

  // What a contact score was over time, by person; empty unless deals add it up.
  const ContactHistory& contact_history(std::uint32_t column) const { return histories_[column]; }

 private:
  RuleScores run(ScoreLevel level, std::span<const ScoredDays> spans) const;
  void follow_contacts();

  const World& world_;
  DayBoundary boundary_;
  AsOf as_of_;
  DealFacts facts_;
  std::vector<std::optional<Day>> deal_days_;
  std::vector<ScoredDays> deal_spans_, person_spans_;
  BoundRules rules_;
  std::vector<ContactHistory> histories_;  // by column of the contact level
  std::vector<std::string> warnings_;
};

// The scores of one deal or person at the end of a day, by the letter of docs/deal-rules.md: day by
// day, everything looked at anew. For tests. Points of up to six decimals.
std::vector<double> scores_by_reference(const World& world, const DealRules& rules,
                                        ScoreLevel level, std::uint32_t row, Day as_of,
                                        std::vector<FiredAction>* actions = nullptr);

}  // namespace rolecall
