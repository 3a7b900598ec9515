#include "core/deal_state.hpp"

#include <cmath>
#include <optional>

namespace rolecall {
namespace {

// The row of the last event of a type on or before a day.
std::optional<std::size_t> last_event(const DealEvents& events, std::size_t deal,
                                      std::string_view type, Day day, DayBoundary& boundary) {
  if (events.size() == 0) return std::nullopt;
  for (std::size_t i = events.offsets[deal + 1]; i > events.offsets[deal]; --i)
    if (events.type_names[events.types[i - 1].index()] == type &&
        boundary.day_of(events.times[i - 1]) <= day)
      return i - 1;
  return std::nullopt;
}

}  // namespace

std::string_view last_detail(const DealEvents& events, std::size_t deal, std::string_view type,
                             Day day, DayBoundary& boundary) {
  const std::optional<std::size_t> row = last_event(events, deal, type, day, boundary);
  return row ? events.details[*row] : std::string_view{};
}

namespace {

bool has_event(const DealEvents& events, std::size_t deal, std::string_view type) {
  if (events.size() == 0) return false;
  for (std::size_t i = events.offsets[deal]; i < events.offsets[deal + 1]; ++i)
    if (events.type_names[events.types[i].index()] == type) return true;
  return false;
}

}  // namespace

bool closes_after(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary) {
  return !deals.closed[deal].is_missing() && boundary.day_of(deals.closed[deal]) > day;
}

std::string_view stage_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const auto row = last_event(world.deal_events, deal, "stage", day, boundary);
  if (row) return world.deal_events.details[*row];
  if (closes_after(world.deals, deal, day, boundary)) return {};
  return has_event(world.deal_events, deal, "stage") ? std::string_view{}
                                                     : world.deals.stages[deal];
}

std::string_view pipeline_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const auto row = last_event(world.deal_events, deal, "pipeline", day, boundary);
  if (row) return world.deal_events.details[*row];
  return has_event(world.deal_events, deal, "pipeline") ? std::string_view{}
                                                        : world.deals.pipelines[deal];
}

Outcome outcome_on(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary) {
  return closes_after(deals, deal, day, boundary) ? Outcome::open : deals.outcomes[deal];
}

double value_on(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary) {
  return closes_after(deals, deal, day, boundary) ? std::nan("") : deals.values[deal];
}

Timestamp in_stage_since(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const std::string_view stage = stage_on(world, deal, day, boundary);
  if (stage.empty()) return {};
  const DealEvents& events = world.deal_events;
  // Events that name the present stage again are no moves.
  Timestamp since;
  for (std::size_t i = events.size() == 0 ? 0 : events.offsets[deal],
                   end = events.size() == 0 ? 0 : events.offsets[deal + 1];
       i < end; ++i) {
    if (events.type_names[events.types[i].index()] != "stage") continue;
    if (boundary.day_of(events.times[i]) > day) continue;
    if (events.details[i] != stage)
      since = {};
    else if (since.is_missing())
      since = events.times[i];
  }
  if (!since.is_missing()) return since;
  const Timestamp closed = world.deals.closed[deal];
  return closed.is_missing() ? world.deals.opened[deal] : closed;
}

}  // namespace rolecall
