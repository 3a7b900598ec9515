#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "results/study_file.hpp"
#include "sim/journeys/journey_run.hpp"
#include "sim/seller/live_scores.hpp"
#include "sim/seller/live_world.hpp"
#include "sim/seller/marketing.hpp"
#include "sim/seller/sales.hpp"

namespace rolecall::sim {

// Where account journeys meet the simulation: it answers their conditions from the live world, and
// does what they ask for. Without journeys it costs nothing.
class JourneyDesk : private JourneyHost {
 public:
  // Throws InputError for conditions that the world cannot answer, and for stages, roles and
  // activities that it does not have.
  JourneyDesk(const Play& play, const std::vector<Journey>& journeys);

  // A day of all journeys, over the groups that were made.
  void pass_day(Play& play, const LiveScores& scores, LiveMemberships& memberships,
                const Marketing& marketing, const Sales& sales, CommunicationLimits& limits);

  // What became of the journeys: a row for each node.
  StudyTable table() const;

  // Whether a state is one of these journeys and groups.
  bool fits(const JourneyState& state) const;

  JourneyState& state() { return run_.state(); }
  const JourneyState& state() const { return run_.state(); }

 private:
  std::vector<std::uint32_t> matching_groups(const Predicate& where, Rows groups) override;
  std::vector<std::uint32_t> matching_people(const Predicate& where, Rows people) override;
  std::vector<std::uint32_t> people(std::uint32_t group, Among among) override;
  std::vector<std::optional<Moment>> heard(const node::Listen& node,
                                           std::span<const Listener> listeners) override;
  std::vector<std::uint64_t> lots(std::uint32_t group, Rows people, const JourneyNode& node,
                                  Moment at) override;
  void act(const Action& action, std::uint32_t group, Rows people, Moment at) override;

  enum class Asked : std::uint8_t { groups, people };
  Filter& filter(const Predicate& where, Asked asked);
  void look_again();

  // What a day is passed with.
  struct Desk {
    Play& play;
    const LiveScores& scores;
    LiveMemberships& memberships;
    const Marketing& marketing;
    const Sales& sales;
    CommunicationLimits& limits;
    GroupScores group_scores;
    SubjectPtr groups, people;
    std::map<const syntax::Node*, Filter> filters;
    std::vector<std::uint32_t> activated;  // people sent to the paid destination
    bool changed = true;                   // since conditions last looked at groups and members
  };

  JourneyRun run_;
  std::unique_ptr<LiveWorld> live_;  // when there are journeys
  std::vector<std::string> statuses_;
  Desk* desk_ = nullptr;
};

}  // namespace rolecall::sim
