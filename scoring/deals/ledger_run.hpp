#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/deals/bound_rules.hpp"
#include "scoring/deals/deal_facts.hpp"
#include "scoring/deals/ledger.hpp"
#include "scoring/deals/ledger_trace.hpp"

namespace rolecall {

// What contact scores were, for deals that add them up: the days on which they changed, by person.
struct ContactHistory {
  struct Change {
    Day day;
    std::int64_t units;  // from this day on
  };
  std::vector<std::uint64_t> offsets;
  std::vector<Change> changes;

  std::span<const Change> of(PersonId person) const {
    return std::span(changes).subspan(offsets[person.index()],
                                      offsets[person.index() + 1] - offsets[person.index()]);
  }
};

// Runs the ledgers of one deal or contact after another, from its first day to its last, over the
// days on which something happens. Keeps its memory between runs; each thread needs its own.
class LedgerRun {
 public:
  // `histories`, by column of the contact level, serve deals; those not summed may be empty.
  LedgerRun(const World& world, const DealFacts& facts, const BoundRules& rules, ScoreLevel level,
            std::span<const ContactHistory> histories);

  // The scores at the end of span.last, one for each column, in units. False when one of them, or
  // points for one row, need 2^62 or more. Appends the actions fired, and what happened to `trace`
  // unless that is null.
  bool run(std::uint32_t owner, ScoredDays span, std::span<std::int64_t> values,
           std::vector<FiredAction>& actions, LedgerTrace* trace);

 private:
  struct Happening {
    std::int64_t bits;  // of the time
    Day day;
    std::uint32_t person;  // none: an event of the deal
    std::uint64_t row;     // of the log of activities or of events

    bool is_event() const { return person == no_index; }
    bool operator<(const Happening& other) const;
  };
  struct Due {  // an entry expires, or fades
    Day day;
    std::uint32_t score, entry;
    const PointsDecay* decay = nullptr;
    int128 left = 0;                                                    // of an entry that fades
    bool operator<(const Due& other) const { return day > other.day; }  // the first on top
  };
  struct Scheduled {  // a static rule begins or ceases to hold
    Day day;
    std::uint32_t listener;
    bool begins;
    bool operator<(const Scheduled& other) const {
      return day != other.day ? day < other.day : listener < other.listener;
    }
  };
  struct Entry {  // where an entry is kept: in its ledger, and in the trace
    std::uint32_t number, traced;
  };
  struct Idling {
    Day since;
    std::int64_t steps = 0;
    std::vector<Entry> entries;
  };
  struct Contact {
    std::uint32_t score;  // column of the deals' score
    std::span<const ContactHistory::Change> ahead;
    std::int64_t now = 0;
  };

  void restart();
  void gather_events();
  void gather_activities(PersonId person);
  void schedule_statics();
  void gather_contacts();
  void gather_turns();
  Day next_day() const;
  void process(Day day);
  void take_due();
  void plan(const Due& due);
  void stagnate(Day day);
  void lose(std::uint32_t i, Day day);
  void revive(std::uint32_t i);
  std::int64_t steps_due(std::uint32_t i, Day day) const;
  Day next_step(std::uint32_t i) const;
  Day first_step(std::uint32_t i) const;
  void enter_first_places();
  void enter_closing_stage();
  void enter(std::string_view& place, std::string_view next,
             const std::vector<std::uint32_t>& listeners, const Cause& cause);
  void handle(const Happening& happening);
  void fire(std::uint32_t listener, const Cause& cause, std::uint64_t count = 1,
            PersonId person = {});
  Entry write(std::uint32_t score, PointsRule::Change change, int128 points,
              const LedgerLine& line);
  void remove(std::uint32_t score, const Entry& entry);
  void follow_contacts();
  void evaluate();
  void cross();
  bool crosses(const Listener& listener) const;

  const World& world_;
  const DealFacts& facts_;
  const BoundRules& rules_;
  const BoundLevel& level_;
  const bool of_deals_;
  std::span<const ContactHistory> histories_;
  DayBoundary clock_;

  std::uint32_t owner_ = 0;
  ScoredDays span_;
  Day today_{};
  LedgerTrace* trace_ = nullptr;
  std::vector<FiredAction>* actions_ = nullptr;
  bool daily_ = false;  // every day's end is looked at
  bool begun_ = false;  // its first day, on which multipliers begin
  bool good_ = true;
  std::string_view stage_, pipeline_;
  std::vector<Ledger> ledgers_;
  std::vector<std::int64_t> values_, before_;
  std::vector<int128> contact_sums_;
  std::vector<Happening> happenings_;
  std::size_t next_happening_ = 0;
  std::vector<Due> due_;  // a heap
  std::vector<Scheduled> scheduled_;
  std::size_t next_scheduled_ = 0;
  std::vector<Day> turns_;  // on which conditions of multipliers change, rising
  std::size_t next_turn_ = 0;
  std::vector<Idling> idling_;
  std::vector<Entry> standing_;  // by listener: the entry of a static rule
  std::vector<std::uint8_t> fired_;
  std::vector<std::uint32_t> crossing_;
  std::vector<std::uint8_t> crossed_today_;
  std::vector<Contact> contacts_;
};

}  // namespace rolecall
