#pragma once

#include "sim/people/buyers.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"

namespace rolecall::sim {

enum class LossReason : std::uint8_t { none, veto, competitor, no_decision, abandoned };
std::string_view to_string(LossReason reason);

// The deals that are open, from opportunity to decision. A deal's clock runs faster the further its
// buyers are, and half as fast on days on which sales has no time for it.
class Pipeline {
 public:
  explicit Pipeline(const Scenario& scenario);

  void open(Play& play, std::uint32_t group, std::int32_t accepted) const;
  // Stalls, moves on to evaluation, decisions, of all that are open.
  void pass_day(Play& play, const LiveMemberships& memberships, const Buyers& buyers) const;

 private:
  LossReason decide(Play& play, std::size_t deal, const LiveMemberships& memberships,
                    Random& random) const;
  void close(Play& play, std::size_t deal, LossReason reason, const Buyers& buyers) const;

  LogNormalHazard intent_, evaluation_;
};

}  // namespace rolecall::sim
