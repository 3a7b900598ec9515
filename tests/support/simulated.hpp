#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "same_world.hpp"
#include "sim/outcome/panel.hpp"
#include "sim/people/cast.hpp"
#include "sim/policies.hpp"
#include "sim/simulation.hpp"
#include "sim/state.hpp"

// Simulations of small worlds, and what a snapshot tells of them.
namespace rolecall::testing {

// A scenario of some hundred people in which much happens; `set` changes keys of it.
inline sim::Scenario small_scenario(std::vector<std::string> set = {}) {
  std::vector<std::string> keys{"run.days = 160",           "run.burn_in = 50",
                                "run.oracle = false",       "world.size.accounts = 70",
                                "world.size.people = 800",  "market.entries = 2",
                                "sales.reps = 12",          "hand_off.threshold = 60",
                                "population.joiners = 0.3", "population.leavers = 0.3"};
  keys.insert(keys.end(), set.begin(), set.end());
  return sim::with(sim::load_scenario("small"), keys);
}

inline sim::Cast cast_of(const sim::Scenario& scenario, std::uint64_t seed) {
  const Playbook playbook = sim::playbook_of(scenario);
  return sim::make_cast(scenario, playbook, model_of(playbook), seed);
}

template <class T>
const std::vector<T>& column(const Snapshot& snapshot, std::string_view name) {
  return std::get<std::vector<T>>(std::ranges::find(snapshot, name, &SnapshotColumn::name)->values);
}

// A day's figure of the panel.
inline double figure(const Snapshot& snapshot, std::size_t day, sim::Figure which) {
  return column<double>(snapshot, "panel")[day * sim::figures + static_cast<std::size_t>(which)];
}

inline void expect_equal(const Snapshot& a, const Snapshot& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    ASSERT_EQ(a[i].values.index(), b[i].values.index());
    if (const auto* reals = std::get_if<std::vector<double>>(&a[i].values))
      EXPECT_TRUE(same_bits(*reals, std::get<std::vector<double>>(b[i].values))) << a[i].name;
    else
      EXPECT_TRUE(a[i].values == b[i].values) << a[i].name;
  }
}

struct Event {
  std::int32_t day;
  sim::EventKind kind;
  std::uint32_t group, person;
  std::uint8_t from, to;
  bool operator==(const Event&) const = default;
};

inline std::vector<Event> events_of(const Snapshot& snapshot) {
  std::vector<Event> events;
  const auto& day = column<std::int32_t>(snapshot, "events/day");
  for (std::size_t i = 0; i < day.size(); ++i)
    events.push_back({day[i],
                      static_cast<sim::EventKind>(column<std::uint8_t>(snapshot, "events/kind")[i]),
                      column<std::uint32_t>(snapshot, "events/group")[i],
                      column<std::uint32_t>(snapshot, "events/person")[i],
                      column<std::uint8_t>(snapshot, "events/from")[i],
                      column<std::uint8_t>(snapshot, "events/to")[i]});
  return events;
}

inline std::vector<Event> of_kind(const std::vector<Event>& events, sim::EventKind kind) {
  std::vector<Event> some;
  std::ranges::copy_if(events, std::back_inserter(some),
                       [&](const Event& e) { return e.kind == kind; });
  return some;
}

inline Snapshot run_through(const sim::Scenario& scenario, std::uint64_t seed) {
  sim::Simulation simulation(scenario, seed);
  while (simulation.done() < simulation.days()) simulation.step();
  return simulation.save();
}

}  // namespace rolecall::testing
