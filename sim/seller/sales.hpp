#pragma once

#include "sim/play.hpp"
#include "sim/seller/live_scores.hpp"
#include "sim/seller/pipeline.hpp"

namespace rolecall::sim {

// What sales is given, and what it does within its hours.
class Sales {
 public:
  explicit Sales(const Scenario& scenario);

  // Groups that the policy hands off today join the queue, if they are not in it: MQL. With
  // hysteresis and a cool-down.
  void hand_off(Play& play, const LiveScores& scores) const;

  // One group joins the queue, if it is neither there nor further.
  void alert(Play& play, std::uint32_t group) const;

  // One working day: open deals first, then groups that were accepted, then hand-offs that are due,
  // in order of arrival, as far as the hours go. Gives the people who became known by it.
  std::vector<std::uint32_t> work(Play& play, LiveMemberships& memberships,
                                  const Pipeline& pipeline) const;

 private:
  bool wants(Play& play, const LiveScores& scores, std::uint32_t group) const;
  void take_in(Play& play, std::uint32_t group) const;
  HandOffBy by_;
};

}  // namespace rolecall::sim
