#pragma once

#include "sim/journeys/communication_limits.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"
#include "sim/seller/live_scores.hpp"

namespace rolecall::sim {

// What marketing does on a day, for the people to meet on the next.
class Marketing {
 public:
  explicit Marketing(const Scenario& scenario);

  // Mailings and retargeting, within the communication limits.
  void write(Play& play, const LiveScores& scores, const LiveMemberships& memberships,
             CommunicationLimits& limits) const;

  // Sends a message to somebody, if the limits allow and it can reach them.
  bool send(Play& play, std::uint32_t person, Message message, CommunicationLimits& limits) const;

  // The paid destination, and the provider: gives the people who became known.
  std::vector<std::uint32_t> acquire(Play& play, const LiveScores& scores,
                                     const LiveMemberships& memberships) const;

  // Sends people to the paid destination, which serves those whom it finds, if they are enough.
  void activate(Play& play, const std::vector<std::uint32_t>& people) const;

 private:
  std::vector<std::uint32_t> wanted(const Play& play, const LiveScores& scores,
                                    const LiveMemberships& memberships, bool missing_only) const;
  Outreach to_;
};

}  // namespace rolecall::sim
