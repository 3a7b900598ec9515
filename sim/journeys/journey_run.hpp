#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/timestamp.hpp"
#include "sim/journeys/journey_host.hpp"
#include "sim/journeys/journey_state.hpp"

namespace rolecall::sim {

// Takes groups through journeys, day by day. A day costs a look at every slot, and work for those
// groups alone that enter or are due.
class JourneyRun {
 public:
  // A node of one of the journeys.
  struct Place {
    std::uint32_t journey = 0;
    const JourneyNode* node = nullptr;
    std::size_t taken = 0;  // where its part of JourneyState::taken begins
  };

  // The journeys must outlive it, and keep their addresses.
  explicit JourneyRun(const std::vector<Journey>& journeys);

  // A day. `groups`, ascending, are those that exist: others leave. Then, at its midnight, who may
  // enter does; and everyone who is due on it or before moves, in the order of (moment, step, node,
  // group), where a step is a move within the moment. All who stand at one node at one moment and
  // step are asked together, then acted upon, and go on.
  void run_day(Day day, Rows groups, JourneyHost& host);

  // To be kept, and brought back to go on from there between two days.
  JourneyState& state() { return state_; }
  const JourneyState& state() const { return state_; }

  const std::vector<Journey>& journeys() const { return journeys_; }
  const std::vector<Place>& places() const { return places_; }  // nodes, numbered through
  std::uint32_t first_place(std::size_t journey) const { return first_[journey]; }

 private:
  const std::vector<Journey>& journeys_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> first_;  // by journey
  JourneyState state_;
};

}  // namespace rolecall::sim
