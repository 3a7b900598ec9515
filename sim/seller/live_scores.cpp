#include "sim/seller/live_scores.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/day_boundary.hpp"
#include "core/error.hpp"
#include "core/profile.hpp"
#include "sim/outcome/records.hpp"

namespace rolecall::sim {

LiveScores::LiveScores(const Play& play) {
  World world = play.cast.world;
  const Places places(play.cast);
  const auto window = static_cast<DayIndex>(play.model.window_days);
  world.activities = activities_since(play, play.day() - window - 1, places);  // in any zone
  world.members = memberships_of(play, Which::all, places);
  try {
    scorer_ =
        std::make_unique<IncrementalScores>(world, play.model, play.cast.date(play.day() - 1));
  } catch (const InputError& error) {
    Problem problem = error.problems().front();
    problem.file = play.playbook.path;
    problem.what =
        fmt::format("the model '{}' cannot be kept day by day: {}", play.model.name, problem.what);
    problem.remedy =
        "Take one of plain or linearly fading sums, without scaling over the tenant and without "
        "since_creation.";
    throw InputError(std::move(problem));
  }
  scores_ = &scorer_->groups();
}

void LiveScores::add_activities(const Play& play) {
  const Phase phase("person scores");
  const LogState& log = play.state.log;
  DayBoundary boundary(play.model.readings.day_boundary);
  std::vector<ActivityRow> rows;
  std::vector<std::pair<Day, std::uint16_t>> cells;
  const std::uint64_t end = log.day_begin[static_cast<std::size_t>(play.day()) + 1];
  for (std::uint64_t r = log.day_begin[static_cast<std::size_t>(play.day())]; r < end;) {
    const std::uint32_t person = log.person[r];
    cells.clear();
    for (; r < end && log.person[r] == person; ++r)
      cells.emplace_back(
          boundary.day_of(Timestamp(Instant{std::chrono::microseconds{log.time[r]}})), log.type[r]);
    std::ranges::sort(cells);
    for (std::size_t i = 0, next; i < cells.size(); i = next) {
      for (next = i; next < cells.size() && cells[next] == cells[i];) ++next;
      rows.push_back({PersonId{person}, ActivityTypeId{cells[i].second}, cells[i].first, next - i});
    }
  }
  scorer_->add(rows);
  scorer_->advance_to(play.date());
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
