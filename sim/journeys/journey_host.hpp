#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/predicate/subject.hpp"
#include "sim/journeys/journey.hpp"

namespace rolecall::sim {

// A group that listens for what comes later than `since` and no later than `until`.
struct Listener {
  std::uint32_t group = 0;
  Moment since, until;
};

// The world that journeys go through. Groups and people are rows of its tables; conditions, nodes
// and actions are those of the journeys that the run was made with, and stay at their addresses.
class JourneyHost {
 public:
  virtual ~JourneyHost() = default;

  // Those of the rows, which ascend, that a condition holds for, in their order.
  virtual std::vector<std::uint32_t> matching_groups(const Predicate& where, Rows groups) = 0;
  virtual std::vector<std::uint32_t> matching_people(const Predicate& where, Rows people) = 0;

  // The members of a group, or the others of its account, each once, ascending.
  virtual std::vector<std::uint32_t> people(std::uint32_t group, Among among) = 0;

  // Of each listener, the moment at which the group's members had done as many activities of the
  // types as the node counts, all of one second being done in that second; none: there were fewer.
  virtual std::vector<std::optional<Moment>> heard(const node::Listen& node,
                                                   std::span<const Listener> listeners) = 0;

  // A random number for each of the people: a function of the arguments and of a seed.
  virtual std::vector<std::uint64_t> lots(std::uint32_t group, Rows people, const JourneyNode& node,
                                          Moment at) = 0;

  // Everything that has an effect. `people`, ascending, are whom an action of people is about, at
  // least one; an action of a group has none.
  virtual void act(const Action& action, std::uint32_t group, Rows people, Moment at) = 0;
};

}  // namespace rolecall::sim
