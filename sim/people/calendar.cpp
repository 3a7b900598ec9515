#include "sim/people/calendar.hpp"

#include "core/profile.hpp"

namespace rolecall::sim {

Calendar::Calendar(const Cast& cast) {
  const auto days = static_cast<std::size_t>(cast.days);
  for (auto* list : {&joins_, &leaves_, &rises_, &reparentings_}) list->resize(days);
  const auto note = [&](auto& list, DayIndex day, std::size_t what) {
    if (day >= 0 && day < cast.days)
      list[static_cast<std::size_t>(day)].push_back(static_cast<std::uint32_t>(what));
  };
  for (std::size_t p = 0; p < cast.people(); ++p) {
    note(joins_, cast.hired[p], p);
    note(leaves_, cast.leaves[p], p);
    note(rises_, cast.promotion[p].day, p);
  }
  for (std::size_t r = 0; r < cast.reparentings.size(); ++r)
    note(reparentings_, cast.reparentings[r].day, r);
}

void Calendar::pass_day(Play& play, LiveMemberships& memberships) const {
  const Phase phase("calendar");
  const auto today = static_cast<std::size_t>(play.day());
  for (const std::uint32_t p : joins_[today]) play.tell(EventKind::hired, nobody, p, 0, 0);
  for (const std::uint32_t p : leaves_[today]) {
    play.tell(EventKind::left, nobody, p, 0, 0);
    play.today.add(Figure::left, 1);
    if (play.state.people.known[p] != 0) memberships.maintain(play, p);
  }
  for (const std::uint32_t p : rises_[today]) {
    play.tell(EventKind::promoted, nobody, p, 0, 0);
    if (play.state.people.known[p] != 0) memberships.maintain(play, p);
  }
  std::vector<std::uint32_t>& parent = play.state.accounts.parent;
  std::vector<std::uint32_t> moved;
  for (const std::uint32_t r : reparentings_[today]) {
    const Reparenting& change = play.cast.reparentings[r];
    const auto to = static_cast<std::uint32_t>(change.lot % parent.size());
    bool below = false;  // an account cannot hang below itself
    for (std::uint32_t a = to; a != nobody && !below; a = parent[a]) below = a == change.account;
    if (below || parent[change.account] == to) continue;
    parent[change.account] = to;
    play.tell(EventKind::reparented, change.account, nobody, 0, 0);
    moved.push_back(change.account);
  }
  if (!moved.empty()) memberships.rebuild_forest(play);
  for (const std::uint32_t account : moved) memberships.maintain_subtree(play, account);
}

}  // namespace rolecall::sim
