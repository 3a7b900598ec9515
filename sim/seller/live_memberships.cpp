#include "sim/seller/live_memberships.hpp"

#include <algorithm>
#include <utility>

#include "core/find_id.hpp"
#include "scoring/model.hpp"
#include "sim/outcome/records.hpp"

namespace rolecall::sim {

LiveMemberships::LiveMemberships(Play& play, std::vector<std::size_t> interest_of)
    : of_group_(play.cast.groups()), of_person_(play.cast.people()) {
  const World& world = play.cast.world;
  for (std::size_t g = 0; g < play.cast.groups(); ++g)
    interest_of_group_.push_back(interest_of[world.groups.solutions[g].index()]);
  for (const RolesTemplate& source : play.model.templates) {
    looks_below_.push_back(source.candidates == RolesTemplate::Candidates::subtree);
    auto& roles = roles_.emplace_back();
    for (const RoleCard& card : source.roles)
      roles.push_back(RoleId{*find_id(world.roles, card.name)});
  }
  rebuild_forest(play);
  const MembershipState& members = play.state.members;
  for (std::uint32_t row = 0; row < members.group.size(); ++row) {
    if (members.source[row] != static_cast<std::uint8_t>(MemberSource::job))
      decided_.insert(key(members.group[row], members.person[row]));
    if (members.until[row] == never) {
      of_group_[members.group[row]].push_back(row);
      of_person_[members.person[row]].push_back(row);
      ++active_;
    }
  }
}

void LiveMemberships::rebuild_forest(Play& play) {
  forest_ = subtree_order(parents_of(play));
  order_.resize(forest_.place.size());
  for (std::uint32_t a = 0; a < order_.size(); ++a) order_[forest_.place[a]] = a;
}

void LiveMemberships::begin(Play& play, std::uint32_t group, std::uint32_t person,
                            std::uint16_t role, MemberSource source) {
  MembershipState& members = play.state.members;
  const auto row = static_cast<std::uint32_t>(members.group.size());
  members.group.push_back(group);
  members.person.push_back(person);
  members.role.push_back(role);
  members.source.push_back(static_cast<std::uint8_t>(source));
  members.since.push_back(play.day());
  members.until.push_back(never);
  of_group_[group].push_back(row);
  of_person_[person].push_back(row);
  ++active_;
  changes_.push_back({row, true});
  play.today.add(Figure::joined_groups, 1);
}

// The last day is yesterday: who joins and leaves on one day was never there.
void LiveMemberships::end(Play& play, std::uint32_t row) {
  MembershipState& members = play.state.members;
  members.until[row] = play.day() - 1;
  std::erase(of_group_[members.group[row]], row);
  std::erase(of_person_[members.person[row]], row);
  --active_;
  changes_.push_back({row, false});
  play.today.add(Figure::left_groups, 1);
}

bool LiveMemberships::has(const Play& play, std::uint32_t group, std::uint32_t person) const {
  return std::ranges::any_of(of_person_[person], [&](std::uint32_t row) {
    return play.state.members.group[row] == group;
  });
}

// The job's wish for one person of one group.
void LiveMemberships::wish(Play& play, std::uint32_t group, std::uint32_t person, bool wanted,
                           std::int8_t card) {
  // A higher source has the say, about all but those who are gone.
  const bool decided = decided_.contains(key(group, person));
  if (decided && play.works(person)) return;
  const MembershipState& members = play.state.members;
  for (const std::uint32_t row : std::vector(of_person_[person])) {
    if (members.group[row] != group) continue;
    if (wanted && card >= 0 && members.role[row] == role(interest(group), card).index()) return;
    end(play, row);
  }
  if (wanted && card >= 0 && !decided)
    begin(play, group, person, static_cast<std::uint16_t>(role(interest(group), card).index()),
          MemberSource::job);
}

std::vector<LiveMemberships::Change> LiveMemberships::take_changes(const Play& play) {
  std::vector<Change> changes = std::exchange(changes_, {});
  const MembershipState& members = play.state.members;
  std::unordered_set<std::uint32_t> begun;
  for (const Change& change : changes)
    if (change.begins && members.until[change.row] < members.since[change.row])
      begun.insert(change.row);
  std::erase_if(changes, [&](const Change& change) { return begun.contains(change.row); });
  return changes;
}

void LiveMemberships::maintain(Play& play, std::uint32_t person) {
  const bool wanted = play.works(person) && play.state.people.known[person] != 0;
  std::vector<std::uint32_t> reach;
  const std::size_t own = play.cast.world.people.accounts[person].index();
  for (std::uint32_t a = static_cast<std::uint32_t>(own); a != nobody;
       a = play.state.accounts.parent[a])
    for (const GroupId g : play.cast.groups_at.of(a)) {
      const std::size_t which = interest(g.index());
      if (which == npos || (a != own && !looks_below_[which])) continue;
      if (play.state.groups.created[g.index()] >= 0)
        reach.push_back(static_cast<std::uint32_t>(g.index()));
    }
  const MembershipState& members = play.state.members;
  for (const std::uint32_t row : std::vector(of_person_[person]))
    if (std::ranges::find(reach, members.group[row]) == reach.end())
      wish(play, members.group[row], person, false, -1);
  for (const std::uint32_t group : reach)
    wish(play, group, person, wanted, play.card(interest(group), person));
}

void LiveMemberships::create(Play& play, std::uint32_t group) {
  play.state.groups.created[group] = play.day();
  play.move_funnel(group, Funnel::awareness);
  for_each_candidate(play, group, [&](std::uint32_t person) {
    if (play.works(person) && play.state.people.known[person] != 0)
      wish(play, group, person, true, play.card(interest(group), person));
  });
}

void LiveMemberships::maintain_subtree(Play& play, std::uint32_t account) {
  for (std::uint32_t at = forest_.place[account]; at < forest_.end[account]; ++at)
    for (std::uint64_t p = play.cast.people_of[order_[at]]; p < play.cast.people_of[order_[at] + 1];
         ++p)
      if (play.state.people.known[p] != 0) maintain(play, static_cast<std::uint32_t>(p));
}

bool LiveMemberships::add(Play& play, std::uint32_t group, std::uint32_t person, std::uint16_t role,
                          MemberSource source) {
  const MembershipState& members = play.state.members;
  std::vector<std::uint32_t> lower;
  for (const std::uint32_t row : of_person_[person]) {
    if (members.group[row] != group) continue;
    if (members.source[row] > static_cast<std::uint8_t>(source)) return false;
    if (members.role[row] == role && members.source[row] == static_cast<std::uint8_t>(source))
      return false;
    if (members.source[row] < static_cast<std::uint8_t>(source)) lower.push_back(row);
  }
  for (const std::uint32_t row : lower) end(play, row);
  begin(play, group, person, role, source);
  decided_.insert(key(group, person));
  return true;
}

bool LiveMemberships::remove(Play& play, std::uint32_t group, std::uint32_t person,
                             MemberSource source) {
  MembershipState& members = play.state.members;
  bool any = false;
  for (const std::uint32_t row : std::vector(of_person_[person]))
    if (members.group[row] == group && members.source[row] <= static_cast<std::uint8_t>(source)) {
      end(play, row);
      members.source[row] = static_cast<std::uint8_t>(source);  // whose decision it now is
      any = true;
    }
  if (any) decided_.insert(key(group, person));
  return any;
}

}  // namespace rolecall::sim
