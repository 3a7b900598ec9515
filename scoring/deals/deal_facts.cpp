#include "scoring/deals/deal_facts.hpp"

#include <algorithm>
#include <numeric>

#include "core/deal_state.hpp"

namespace rolecall {
namespace {

DealEventTypeId find_type(const DealEvents& events, std::string_view name) {
  for (std::size_t t = 0; t < events.type_names.size(); ++t)
    if (events.type_names[t] == name) return DealEventTypeId{t};
  return {};
}

// Counts become offsets: of row i from the sum before it.
void to_offsets(std::vector<std::uint64_t>& counts) {
  std::exclusive_scan(counts.begin(), counts.end(), counts.begin(), std::uint64_t{0});
}

template <class Value>
std::span<const Value> range(const std::vector<Value>& values,
                             const std::vector<std::uint64_t>& offsets, std::size_t row) {
  return std::span(values).subspan(offsets[row], offsets[row + 1] - offsets[row]);
}

}  // namespace

DealFacts::DealFacts(const World& world, const DayBoundary& boundary)
    : world_(world),
      boundary_(boundary),
      stage_(find_type(world.deal_events, "stage")),
      pipeline_(find_type(world.deal_events, "pipeline")) {
  const Deals& deals = world.deals;
  DayBoundary clock = boundary;
  const auto note = [&](Timestamp time) {
    if (!time.is_missing()) first_recorded_ = std::min(first_recorded_, clock.day_of(time));
  };
  for (const Timestamp time : deals.opened) note(time);
  for (const Timestamp time : deals.closed) note(time);
  for (const Timestamp time : world.deal_events.times) note(time);
  const ActivityLog& log = world.activities;
  for (std::size_t p = 0; p + 1 < log.offsets.size(); ++p)
    if (log.offsets[p] < log.offsets[p + 1]) note(log.times[log.offsets[p]]);
  for (std::size_t d = 0; d < deals.size(); ++d) {
    first_.push_back(deals.opened[d].is_missing() ? first_recorded_
                                                  : clock.day_of(deals.opened[d]));
    last_.push_back(deals.closed[d].is_missing()
                        ? never
                        : std::max(first_.back(), clock.day_of(deals.closed[d])));
  }

  const std::vector<std::uint64_t>& given = world.deal_contacts.offsets;
  contact_offsets_.push_back(0);
  for (std::size_t d = 0; d < deals.size(); ++d) {
    if (d + 1 < given.size())
      for (std::uint64_t row = given[d]; row < given[d + 1]; ++row)
        if (row == given[d] || world.deal_contacts.people[row] != contacts_.back())
          contacts_.push_back(world.deal_contacts.people[row]);
    contact_offsets_.push_back(contacts_.size());
  }
  account_people_ = invert<PersonId>(world.accounts.size(), world.people.size(),
                                     [&](std::size_t p) { return world.people.accounts[p]; });

  deal_offsets_.assign(world.people.size() + 1, 0);
  for (std::size_t d = 0; d < deals.size(); ++d)
    for (const PersonId person : people(DealId{d})) ++deal_offsets_[person.index()];
  to_offsets(deal_offsets_);
  deals_.resize(deal_offsets_.back());
  std::vector<std::uint64_t> next = deal_offsets_;
  for (std::size_t d = 0; d < deals.size(); ++d)
    for (const PersonId person : people(DealId{d})) deals_[next[person.index()]++] = DealId{d};
}

std::string_view DealFacts::stage_on(DealId deal, Day day) const {
  DayBoundary clock = boundary_;
  return rolecall::stage_on(world_, deal.index(), day, clock);
}

std::string_view DealFacts::pipeline_on(DealId deal, Day day) const {
  DayBoundary clock = boundary_;
  return rolecall::pipeline_on(world_, deal.index(), day, clock);
}

Outcome DealFacts::outcome_on(DealId deal, Day day) const {
  DayBoundary clock = boundary_;
  return rolecall::outcome_on(world_.deals, deal.index(), day, clock);
}

double DealFacts::value_on(DealId deal, Day day) const {
  DayBoundary clock = boundary_;
  return rolecall::value_on(world_.deals, deal.index(), day, clock);
}

std::string_view DealFacts::first_stage(DealId deal) const {
  return first_place(deal, stage_, "stage", world_.deals.stages);
}

std::string_view DealFacts::closing_stage(DealId deal) const {
  if (last_day(deal) == never || !first_stage(deal).empty()) return {};
  return stage_on(deal, last_day(deal));
}

std::string_view DealFacts::first_pipeline(DealId deal) const {
  return first_place(deal, pipeline_, "pipeline", world_.deals.pipelines);
}

std::string_view DealFacts::first_place(DealId deal, DealEventTypeId kind, std::string_view name,
                                        const TextColumn& recorded) const {
  const DealEvents& events = world_.deal_events;
  const std::size_t d = deal.index();
  const bool moves = kind && d + 1 < events.offsets.size() &&
                     std::ranges::count(range(events.types, events.offsets, d), kind) > 0;
  if (!moves) return name == "stage" && last_day(deal) != never ? std::string_view{} : recorded[d];
  DayBoundary clock = boundary_;
  return last_detail(events, d, name, first_day(deal) - days_rep{1}, clock);
}

std::span<const PersonId> DealFacts::people(DealId deal) const {
  const auto contacts = range(contacts_, contact_offsets_, deal.index());
  const AccountId account = world_.deals.accounts[deal.index()];
  if (!contacts.empty() || !account) return contacts;
  return account_people_.of(account.index());
}

std::span<const DealId> DealFacts::deals_of(PersonId person) const {
  return range(deals_, deal_offsets_, person.index());
}

bool DealFacts::is_newest(DealId deal, PersonId person, Day day, std::string_view pipeline) const {
  for (const DealId other : deals_of(person)) {
    if (first_day(other) > day || last_day(other) < day) continue;
    if (std::pair(first_day(other), other) <= std::pair(first_day(deal), deal)) continue;
    if (pipeline.empty() || pipeline_on(other, day) == pipeline) return false;
  }
  return true;
}

}  // namespace rolecall
