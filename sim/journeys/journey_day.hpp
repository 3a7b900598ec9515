#pragma once

#include <compare>
#include <queue>

#include "sim/journeys/journey_run.hpp"

namespace rolecall::sim {

// One day of a run; what run_day() does.
class JourneyDay {
 public:
  JourneyDay(JourneyRun& run, Day day, JourneyHost& host)
      : run_(run), state_(run.state()), host_(host), midnight_(day) {}

  void run(Rows groups);

 private:
  // That a group stands at a node and moves on at a moment: in the order of the day.
  struct Stop {
    Moment at;
    std::uint32_t step = 0, node = 0, group = 0;
    auto operator<=>(const Stop&) const = default;
  };

  std::size_t slot(std::uint32_t group, std::size_t journey) const {
    return group * run_.journeys().size() + journey;
  }
  Moment tomorrow() const { return midnight_ + std::chrono::days(1); }
  bool may_enter(const Journey& journey, std::size_t slot) const;
  void look_through(Rows groups);  // who is gone, and who is due
  void enter(Rows groups);
  void schedule(std::size_t slot, const Stop& stop);

  // Moves of a group that stands at here_.
  void go(std::uint32_t group, NodeIndex next) { go(group, next, here_.at); }
  void go(std::uint32_t group, NodeIndex next, Moment at);
  void leave(std::uint32_t group, std::size_t journey, Moment at);

  // What groups that stand together do, by kind of node.
  void move(const node::SplitGroups& node, Rows groups);
  void move(const node::RandomGroups& node, Rows groups);
  void move(const node::SplitPeople& node, Rows groups);
  void move(const node::RandomPeople& node, Rows groups);
  void move(const node::Act& node, Rows groups);
  void move(const node::Wait& node, Rows groups);
  void move(const node::Listen& node, Rows groups);
  void act(const std::vector<Action>& actions, std::uint32_t group, Rows people);
  void act_by_path(std::span<const node::PeoplePath> paths, Among among, Rows groups);

  JourneyRun& run_;
  JourneyState& state_;
  JourneyHost& host_;
  Moment midnight_;
  Stop here_;
  std::priority_queue<Stop, std::vector<Stop>, std::greater<>> agenda_;
};

}  // namespace rolecall::sim
