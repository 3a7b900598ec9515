#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/inverse.hpp"
#include "core/world.hpp"

namespace rolecall {

// Since when a deal is there, until when, where it stands on a day, and who its people are.
class DealFacts {
 public:
  DealFacts(const World& world, const DayBoundary& boundary);

  // The day it opened; when that is missing, the first day that the world records anything of.
  Day first_day(DealId deal) const { return first_[deal.index()]; }
  // The day it closed; far away when it has not, or nobody knows when.
  Day last_day(DealId deal) const { return last_[deal.index()]; }
  static constexpr Day never = Day::max();

  // Since when contacts are there: the first day that the world records anything of; `never` when
  // it has no dates at all.
  Day first_recorded_day() const { return first_recorded_; }

  // At the end of a day, as predicates have them (core/deal_state.hpp).
  std::string_view stage_on(DealId deal, Day day) const;
  std::string_view pipeline_on(DealId deal, Day day) const;
  Outcome outcome_on(DealId deal, Day day) const;
  double value_on(DealId deal, Day day) const;

  // Where it stood when its first day began: as its last event of the kind before says; as recorded
  // when it never had one, but for the stage of a deal that closed, which is that of its end.
  std::string_view first_stage(DealId deal) const;
  // The stage that a closed deal is in from its last day on; empty when that is not known.
  std::string_view closing_stage(DealId deal) const;
  std::string_view first_pipeline(DealId deal) const;
  DealEventTypeId stage_event() const { return stage_; }        // may be none
  DealEventTypeId pipeline_event() const { return pipeline_; }  // may be none

  // Its contacts, each once; without any, the people of its account. Ascending.
  std::span<const PersonId> people(DealId deal) const;
  // The deals that a person is one of the people of. Ascending.
  std::span<const DealId> deals_of(PersonId person) const;

  // Whether of the open deals of the person, in the pipeline unless it is empty, this was opened
  // last; of several opened on one day, the last by id. The deal is open, and in it, on the day.
  bool is_newest(DealId deal, PersonId person, Day day, std::string_view pipeline) const;

 private:
  std::string_view first_place(DealId deal, DealEventTypeId kind, std::string_view name,
                               const TextColumn& recorded) const;

  const World& world_;
  DayBoundary boundary_;
  std::vector<Day> first_, last_;
  Day first_recorded_ = never;
  DealEventTypeId stage_, pipeline_;
  std::vector<std::uint64_t> contact_offsets_, deal_offsets_;
  std::vector<PersonId> contacts_;
  Inverse<PersonId> account_people_;
  std::vector<DealId> deals_;
};

}  // namespace rolecall
