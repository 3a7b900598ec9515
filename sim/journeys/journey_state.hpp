#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rolecall::sim {

// Where every group stands in every journey, and what was counted on the way. A group has a slot
// for each journey: group · journeys + journey. Nodes are numbered through all journeys.
struct JourneyState {
  static constexpr std::uint32_t outside = 0xffffffff;
  static constexpr std::int64_t not_begun = std::numeric_limits<std::int64_t>::min();

  // By slot; moments are seconds since 1970.
  std::vector<std::uint32_t> node;     // or outside
  std::vector<std::int64_t> moment;    // when it moves on; outside: when it left
  std::vector<std::int64_t> since;     // when it began to wait or listen; or not_begun
  std::vector<std::uint32_t> entries;  // how often it entered

  // Groups that took each path of random_groups: by node, then by path.
  std::vector<std::uint64_t> taken;

  // By journey. Those inside are entered − left.
  std::vector<std::uint64_t> entered, left;
  // By node: how often a group came to it.
  std::vector<std::uint64_t> visits;

  bool operator==(const JourneyState&) const = default;
};

// Calls visit(name, vector) for all that a snapshot has to keep.
template <class S, class Visit>
requires std::same_as<std::remove_const_t<S>, JourneyState>
void for_each_column(S& state, Visit visit) {
  visit("journeys/node", state.node);
  visit("journeys/moment", state.moment);
  visit("journeys/since", state.since);
  visit("journeys/entries", state.entries);
  visit("journeys/taken", state.taken);
  visit("journeys/entered", state.entered);
  visit("journeys/left", state.left);
  visit("journeys/visits", state.visits);
}

}  // namespace rolecall::sim
