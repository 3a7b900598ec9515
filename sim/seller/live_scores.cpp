#include "sim/seller/live_scores.hpp"

#include <algorithm>

#include "core/profile.hpp"
#include "sim/outcome/records.hpp"

namespace rolecall::sim {
LiveScores::LiveScores(const Play& play) {
  World world = play.cast.world;
  const Places places(play.cast);
  world.activities =
      activities_since(play, play.day() - static_cast<DayIndex>(play.model.window_days), places);
  world.members = memberships_of(play, Which::all, places);
  scorer_.emplace(world, play.model, play.cast.date(play.day() - 1));
  scores_ = &scorer_->groups();
}

void LiveScores::add_activities(const Play& play) {
  const Phase phase("person scores");
  const LogState& log = play.state.log;
  const Day today = play.date();
  std::vector<ActivityRow> rows;
  std::vector<std::uint16_t> types;
  const std::uint64_t end = log.day_begin[static_cast<std::size_t>(play.day()) + 1];
  for (std::uint64_t r = log.day_begin[static_cast<std::size_t>(play.day())]; r < end;) {
    const std::uint32_t person = log.person[r];
    types.clear();
    for (; r < end && log.person[r] == person; ++r) types.push_back(log.type[r]);
    std::ranges::sort(types);
    for (std::size_t i = 0, next; i < types.size(); i = next) {
      for (next = i; next < types.size() && types[next] == types[i];) ++next;
      rows.push_back({PersonId{person}, ActivityTypeId{types[i]}, today, next - i});
    }
  }
  scorer_->add(rows);
  scorer_->advance_to(today);
}

void LiveScores::add_changes(const Play& play,
                             const std::vector<LiveMemberships::Change>& changes) {
  const MembershipState& rows = play.state.members;
  for (const auto& [row, begins] : changes) {
    const GroupId group{rows.group[row]};
    const PersonId person{rows.person[row]};
    const RoleId role{rows.role[row]};
    if (begins)
      scorer_->add_member(group, {person, role, play.cast.date(rows.since[row]), Day::max()});
    else
      scorer_->end_member(group, person, role, play.cast.date(rows.until[row]));
  }
}

void LiveScores::rescore() {
  const Phase phase("group scores");
  scores_ = &scorer_->groups();
}

}  // namespace rolecall::sim
