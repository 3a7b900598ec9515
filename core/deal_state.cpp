#include "core/deal_state.hpp"

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

std::string_view stage_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const std::string_view stage = last_detail(world.deal_events, deal, "stage", day, boundary);
  return stage.empty() ? world.deals.stages[deal] : stage;
}

std::string_view pipeline_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const std::string_view pipeline = last_detail(world.deal_events, deal, "pipeline", day, boundary);
  return pipeline.empty() ? world.deals.pipelines[deal] : pipeline;
}

Outcome outcome_on(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary) {
  const Timestamp closed = deals.closed[deal];
  return !closed.is_missing() && boundary.day_of(closed) > day ? Outcome::open
                                                               : deals.outcomes[deal];
}

Timestamp in_stage_since(const World& world, std::size_t deal, Day day, DayBoundary& boundary) {
  const auto row = last_event(world.deal_events, deal, "stage", day, boundary);
  return row ? world.deal_events.times[*row] : world.deals.opened[deal];
}

}  // namespace rolecall
