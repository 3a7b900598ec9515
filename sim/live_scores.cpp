#include "sim/live_scores.hpp"

#include <algorithm>
#include <numeric>

#include "core/profile.hpp"

namespace rolecall::sim {
namespace {

// Rows begin … end of the log as a world has them: by person, then time.
ActivityLog log_of(const Play& play, std::uint64_t begin, std::uint64_t end) {
  const LogState& rows = play.state.log;
  ActivityLog log;
  log.type_names = TextColumn(play.types.names);
  log.offsets.assign(play.cast.people() + 1, 0);
  for (std::uint64_t r = begin; r < end; ++r) ++log.offsets[rows.person[r] + 1];
  std::partial_sum(log.offsets.begin(), log.offsets.end(), log.offsets.begin());
  log.times.resize(end - begin);
  log.types.resize(end - begin);
  std::vector<std::uint64_t> next(log.offsets.begin(), log.offsets.end() - 1);
  for (std::uint64_t r = begin; r < end; ++r) {  // days, and rows of a day, are in order of time
    const std::uint64_t at = next[rows.person[r]]++;
    log.times[at] = Timestamp(Instant{std::chrono::microseconds{rows.time[r]}});
    log.types[at] = ActivityTypeId{rows.type[r]};
  }
  return log;
}

Timestamp date_or_open(const Play& play, std::int32_t day) {
  return day == never ? Timestamp{} : Timestamp(play.cast.date(day));
}

}  // namespace

LiveScores::LiveScores(const Play& play) {
  const State& state = play.state;
  World world = play.cast.world;
  const auto done = static_cast<std::size_t>(state.day);
  const std::size_t window = static_cast<std::size_t>(play.model.window_days);
  world.activities =
      log_of(play, state.log.day_begin[done > window ? done - window : 0], state.log.time.size());

  const MembershipState& rows = state.members;
  std::vector<std::uint32_t> order;
  for (std::uint32_t r = 0; r < rows.group.size(); ++r)
    if (rows.until[r] >= rows.since[r]) order.push_back(r);
  std::ranges::sort(order, {}, [&](std::uint32_t r) {
    return std::tuple(rows.group[r], rows.person[r], rows.role[r], rows.since[r]);
  });
  world.members = {};
  world.members.offsets.assign(play.cast.groups() + 1, 0);
  for (const std::uint32_t r : order) {
    ++world.members.offsets[rows.group[r] + 1];
    world.members.people.emplace_back(rows.person[r]);
    world.members.roles.emplace_back(rows.role[r]);
    world.members.sources.push_back(static_cast<MemberSource>(rows.source[r]));
    world.members.since.push_back(date_or_open(play, rows.since[r]));
    world.members.until.push_back(date_or_open(play, rows.until[r]));
  }
  std::partial_sum(world.members.offsets.begin(), world.members.offsets.end(),
                   world.members.offsets.begin());
  scorer_.emplace(world, play.model, play.cast.date(state.day - 1));
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

void LiveScores::add_changes(const Play& play, const std::vector<Memberships::Change>& changes) {
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
