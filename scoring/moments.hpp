#pragma once

#include <cstdint>
#include <vector>

#include "core/activity_index.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/bound_model.hpp"

namespace rolecall {

// One window that people are scored in: it ends on `as_of`, and leaves out what was before `since`.
struct Moment {
  Day as_of{};
  Day since = Day::min();
  auto operator<=>(const Moment&) const = default;
};

// The days that count at a moment; none when the first is after the last.
DaySpan window_of(const Moment& moment, int window_days);

// The distinct moments of a run, and which of them each scored group has.
struct Moments {
  std::vector<Moment> all;                // sorted
  std::vector<GroupId> groups;            // with a known as-of day, in order
  std::vector<std::uint32_t> of_group;    // parallel to groups: index into all
  std::vector<std::uint8_t> not_created;  // parallel to groups: since_creation, and not yet created
};

Moments find_moments(const World& world, const BoundModel& bound, const AsOf& as_of,
                     std::vector<std::string>& warnings);

}  // namespace rolecall
