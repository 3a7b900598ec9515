#include "sim/outcome/records.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace rolecall::sim {
namespace {

Timestamp date_or_open(const Play& play, std::int32_t day) {
  return day == never ? Timestamp{} : Timestamp(play.cast.date(day));
}

}  // namespace

ActivityLog activities_since(const Play& play, DayIndex first, const Places& places) {
  const LogState& rows = play.state.log;
  const auto days = rows.day_begin.size() - 1;
  const std::uint64_t begin =
      rows.day_begin[std::min(days, static_cast<std::size_t>(std::max(first, 0)))];
  const std::uint64_t end = rows.time.size();
  ActivityLog log;
  log.type_names = TextColumn(play.types.names);
  log.offsets.assign(places.people + 1, 0);
  for (std::uint64_t r = begin; r < end; ++r) ++log.offsets[places.of_person(rows.person[r]) + 1];
  std::partial_sum(log.offsets.begin(), log.offsets.end(), log.offsets.begin());
  log.times.resize(end - begin);
  log.types.resize(end - begin);
  std::vector<std::uint64_t> next(log.offsets.begin(), log.offsets.end() - 1);
  for (std::uint64_t r = begin; r < end; ++r) {  // days, and a person's rows of a day, are in order
    const std::uint64_t at = next[places.of_person(rows.person[r])]++;
    log.times[at] = Timestamp(Instant{std::chrono::microseconds{rows.time[r]}});
    log.types[at] = ActivityTypeId{rows.type[r]};
  }
  return log;
}

std::vector<AccountId> parents_of(const Play& play) {
  std::vector<AccountId> parents;
  for (const std::uint32_t parent : play.state.accounts.parent)
    parents.push_back(parent == nobody ? AccountId{} : AccountId{parent});
  return parents;
}

std::vector<std::vector<std::uint32_t>> membership_rows(const Play& play) {
  const MembershipState& rows = play.state.members;
  std::vector<std::vector<std::uint32_t>> of_group(play.cast.groups());
  for (std::uint32_t r = 0; r < rows.group.size(); ++r)
    if (rows.until[r] >= rows.since[r]) of_group[rows.group[r]].push_back(r);
  return of_group;
}

Memberships memberships_of(const Play& play, Which which, const Places& places) {
  const MembershipState& rows = play.state.members;
  std::vector<std::uint32_t> order;
  for (std::uint32_t r = 0; r < rows.group.size(); ++r)
    if (which == Which::all ? rows.until[r] >= rows.since[r] : rows.until[r] == never)
      order.push_back(r);
  std::ranges::sort(order, {}, [&](std::uint32_t r) {
    return std::tuple(rows.group[r], rows.person[r], rows.role[r], rows.since[r]);
  });
  Memberships members;
  members.offsets.assign(places.groups + 1, 0);
  for (const std::uint32_t r : order) {
    ++members.offsets[places.of_group(rows.group[r]) + 1];
    members.people.emplace_back(places.of_person(rows.person[r]));
    members.roles.emplace_back(rows.role[r]);
    members.sources.push_back(static_cast<MemberSource>(rows.source[r]));
    members.since.push_back(date_or_open(play, rows.since[r]));
    members.until.push_back(date_or_open(play, rows.until[r]));
  }
  std::partial_sum(members.offsets.begin(), members.offsets.end(), members.offsets.begin());
  return members;
}

}  // namespace rolecall::sim
