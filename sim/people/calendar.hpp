#pragma once

#include <vector>

#include "core/inverse.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"

namespace rolecall::sim {

// What happens on a day whatever anybody does: people join, leave and rise, accounts get other
// parents. Drawn with the cast.
class Calendar {
 public:
  explicit Calendar(const Cast& cast);
  void pass_day(Play& play, LiveMemberships& memberships) const;

 private:
  std::vector<std::vector<std::uint32_t>> joins_, leaves_, rises_;  // people, by day
  std::vector<std::vector<std::uint32_t>> reparentings_;            // by day
};

}  // namespace rolecall::sim
