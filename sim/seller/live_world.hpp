#pragma once

#include <string>
#include <vector>

#include "core/world.hpp"
#include "sim/play.hpp"

namespace rolecall::sim {

// The world as the vendor sees it at the end of a day, for conditions to be asked of: the members,
// titles and stages of that day, and the activities of the last days. Rows are those of the cast.
// Making it anew costs in proportion to the groups, the members and these activities.
class LiveWorld {
 public:
  // `history`: days of activities, today included.
  LiveWorld(const Play& play, DayIndex history);
  // Activities, titles and parents of the day.
  void pass_day(const Play& play);
  // Members, stages, funnel and statuses of the moment.
  void update_groups(const Play& play, const std::vector<std::string>& statuses);

  const World& world() const { return world_; }

 private:
  World world_;
  DayIndex history_;
  std::vector<std::uint32_t> everybody_;
};

}  // namespace rolecall::sim
