#pragma once

#include <memory>
#include <vector>

#include "scoring/incremental_scores.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"

namespace rolecall::sim {

// The scores of all groups as of the day that ends, by the scorer that keeps up with changes
// (scoring/incremental_scores.hpp): bit for bit those of `rolecall score` on the world so far.
class LiveScores {
 public:
  // Of the days of the state, none at the start. Throws InputError for models whose scores cannot
  // be kept day by day.
  explicit LiveScores(const Play& play);

  // The day's activities, then its changes of memberships.
  void add_activities(const Play& play);
  void add_changes(const Play& play, const std::vector<LiveMemberships::Change>& changes);
  void rescore();

  // By group. Those of journeys' adjustments are in it.
  double engagement(const Play& play, std::size_t group) const {
    return scores_->engagement[group] + play.state.groups.adjustment[group];
  }
  double completeness(std::size_t group) const { return scores_->completeness[group]; }
  bool misses(std::size_t group, std::int8_t card) const {
    return (scores_->missing[group] >> card & 1) != 0;
  }
  bool misses_any(std::size_t group) const { return scores_->missing[group] != 0; }
  const GroupScores& groups() const { return *scores_; }

 private:
  std::unique_ptr<IncrementalScores> scorer_;  // keeps its address, at which scores_ stand
  const GroupScores* scores_ = nullptr;
};

}  // namespace rolecall::sim
