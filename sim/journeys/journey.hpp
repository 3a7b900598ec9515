#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "sim/journeys/action.hpp"
#include "sim/journeys/wait.hpp"

// Journeys of buying groups, as marketing draws them: docs/journeys.md.
namespace rolecall::sim {

using NodeIndex = std::uint32_t;  // of a journey's nodes
inline constexpr NodeIndex journey_end = 0xffffffff;

// Whose people a node is about: those of the group, or those of its account who are not.
enum class Among : std::uint8_t { members, others };

namespace node {

// A group takes the first path whose condition it meets; one that meets none leaves.
struct SplitGroups {
  static constexpr std::string_view name = "split_groups";  // what files call the kind
  struct Path {
    std::optional<Predicate> where;  // on the group; none: any
    NodeIndex next = journey_end;
  };
  std::vector<Path> paths;
};

// Each group takes the path furthest below its quota.
struct RandomGroups {
  static constexpr std::string_view name = "random_groups";
  std::vector<std::uint32_t> percents;  // by path; they add up to 100
  std::vector<NodeIndex> next;          // likewise
};

// The people whom a condition holds for, and what is done with them.
struct PeoplePath {
  std::optional<Predicate> where;  // on the person; none: everyone
  std::vector<Action> actions;
};

// Each person takes the first path whose condition they meet, or none; the group goes on.
struct SplitPeople {
  static constexpr std::string_view name = "split_people";
  Among among = Among::members;
  std::vector<PeoplePath> paths;
  NodeIndex next = journey_end;
};

// The people of a group, in random order, are dealt to the paths by their shares.
struct RandomPeople {
  static constexpr std::string_view name = "random_people";
  Among among = Among::members;
  std::vector<std::uint32_t> percents;
  std::vector<std::vector<Action>> actions;  // by path
  NodeIndex next = journey_end;
};

// What is done with a group and with those of its people whom the condition holds for.
struct Act {
  static constexpr std::string_view name = "action";
  Among among = Among::members;
  PeoplePath does;
  NodeIndex next = journey_end;
};

struct Wait {
  static constexpr std::string_view name = "wait";
  std::variant<std::chrono::hours, WaitUntil> until;  // hours: so long; > 0
  NodeIndex next = journey_end;
};

// Waits for activities of the members.
struct Listen {
  static constexpr std::string_view name = "listen";
  std::vector<std::string> types;
  std::uint64_t count = 1;           // of activities of these types together
  std::chrono::days timeout{1};      // > 0
  NodeIndex then = journey_end;      // when there were as many
  NodeIndex too_late = journey_end;  // when there were not
};

}  // namespace node

struct JourneyNode {
  using Kind = std::variant<node::SplitGroups, node::RandomGroups, node::SplitPeople,
                            node::RandomPeople, node::Act, node::Wait, node::Listen>;
  std::string id;
  Kind kind;
  std::size_t row = 0;  // of the file, for messages
};

struct Journey {
  std::string name;
  std::optional<Predicate> where;  // which groups enter; none: all
  std::uint32_t max_entries = 1;   // of one group
  std::int32_t delay_days = 0;     // from leaving to entering again
  std::vector<JourneyNode> nodes;  // the first is where groups enter
  std::string file = {};           // for messages; empty: of none that anybody sees, nor are rows
  std::size_t row = 0;             // of the file
};

// Where a node may lead, path by path, the end included.
std::vector<NodeIndex> next_of(const JourneyNode& node);

// Calls `groups` with each condition that groups are asked, `people` with those that people are.
void for_each_condition(const std::vector<Journey>& journeys,
                        const std::function<void(const Predicate&)>& groups,
                        const std::function<void(const Predicate&)>& people);

// Every action of the journeys, in the order in which they are written.
std::vector<const Action*> actions_of(std::span<const Journey> journeys);

// Nodes that no group can come to, given that all the nodes' targets are there.
std::vector<NodeIndex> unreachable(const Journey& journey);

// Nodes that lead back to one that led to them with neither a wait nor a listen between, once for
// each such circle at least: (node, where it leads back to).
std::vector<std::pair<NodeIndex, NodeIndex>> endless(const Journey& journey);

}  // namespace rolecall::sim

namespace rolecall {

template <>
struct Choices<sim::Among> {
  static constexpr std::array<std::pair<std::string_view, sim::Among>, 2> all{
      {{"members", sim::Among::members}, {"others", sim::Among::others}}};
};

}  // namespace rolecall
