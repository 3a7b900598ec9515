#include "sim/journeys/journey_run.hpp"

#include "sim/journeys/journey_day.hpp"

namespace rolecall::sim {

JourneyRun::JourneyRun(const std::vector<Journey>& journeys) : journeys_(journeys) {
  std::size_t paths = 0;
  for (std::uint32_t j = 0; j < journeys.size(); ++j) {
    first_.push_back(static_cast<std::uint32_t>(places_.size()));
    for (const JourneyNode& node : journeys[j].nodes) {
      places_.push_back({j, &node, paths});
      if (const auto* split = std::get_if<node::RandomGroups>(&node.kind))
        paths += split->percents.size();
    }
  }
  state_.taken.resize(paths);
  state_.entered.resize(journeys.size());
  state_.left.resize(journeys.size());
  state_.visits.resize(places_.size());
}

void JourneyRun::run_day(Day day, Rows groups, JourneyHost& host) {
  const std::size_t slots =
      groups.empty() ? 0 : (groups.back() + std::size_t{1}) * journeys_.size();
  if (slots > state_.node.size()) {
    state_.node.resize(slots, JourneyState::outside);
    state_.moment.resize(slots);
    state_.since.resize(slots, JourneyState::not_begun);
    state_.entries.resize(slots);
  }
  JourneyDay(*this, day, host).run(groups);
}

}  // namespace rolecall::sim
