#include "scoring/groups/roster.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

// The values of one attribute for each row; missing where the row's origin has no such attribute.
template <class Values>
Values column_of(const std::string& name, const std::vector<const RosterRow*>& rows) {
  Values values;
  for (const RosterRow* row : rows) {
    const Attribute* from = row->from == nullptr ? nullptr : find(row->from->attributes, name);
    const Values* column = from == nullptr ? nullptr : std::get_if<Values>(&from->values);
    if (from != nullptr && column == nullptr)
      throw InputError({.field = name,
                        .what = "this column of memberships has numbers on one side, and texts on "
                                "the other",
                        .remedy = "Rename the column of the file."});
    if constexpr (std::is_same_v<Values, TextColumn>)
      values.push_back(column != nullptr ? (*column)[row->row] : std::string_view());
    else
      values.push_back(column != nullptr ? (*column)[row->row] : std::nan(""));
  }
  return values;
}

Attributes attributes_of(const std::vector<const RosterRow*>& rows, const Memberships& old) {
  std::set<const Memberships*> origins{&old};
  for (const RosterRow* row : rows)
    if (row->from != nullptr) origins.insert(row->from);
  std::map<std::string, bool> names;  // whether the first origin that has it has texts
  for (const Memberships* origin : origins)
    for (const Attribute& attribute : origin->attributes)
      names.emplace(attribute.name, std::holds_alternative<TextColumn>(attribute.values));
  Attributes merged;
  for (const auto& [name, is_text] : names) {
    if (is_text)
      merged.push_back({name, column_of<TextColumn>(name, rows)});
    else
      merged.push_back({name, column_of<std::vector<double>>(name, rows)});
  }
  return merged;
}

}  // namespace

Roster::Roster(World& world) : old_(std::exchange(world.members, {})) {
  for (std::size_t r = 0; r < world.roles.size(); ++r) role(world.roles[r]);
  groups_.resize(world.groups.size());
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (std::size_t m = old_.offsets[g]; m < old_.offsets[g + 1]; ++m)
      groups_[g].push_back({old_.people[m], old_.roles[m].index(), old_.sources[m], old_.since[m],
                            old_.until[m], &old_, m});
}

std::size_t Roster::role(std::string_view name) {
  const auto known = role_of_.find(name);
  if (known != role_of_.end()) return known->second;
  role_of_.emplace(std::string(name), roles_.size());
  roles_.emplace_back(name);
  return roles_.size() - 1;
}

void Roster::put_into(World& world) && {
  std::vector<bool> used(roles_.size(), false);
  for (const auto& rows : groups_)
    for (const RosterRow& row : rows) used[row.role] = true;
  for (const RoleId role : world.deal_contacts.roles)
    if (role) used[role.index()] = true;
  if (const auto n = static_cast<std::size_t>(std::ranges::count(used, true)); n > RoleId::capacity)
    throw InputError({.field = "role",
                      .what = "there are " + std::to_string(n) + " distinct ones; at most " +
                              std::to_string(RoleId::capacity) + " can be kept",
                      .remedy = "Is this the right column?"});
  std::vector<RoleId> place(roles_.size());
  world.roles = {};
  for (const auto& [name, role] : role_of_) {  // in bytewise order
    if (!used[role]) continue;
    place[role] = RoleId{world.roles.size()};
    world.roles.push_back(name);
  }
  for (RoleId& role : world.deal_contacts.roles)
    if (role) role = place[role.index()];

  const auto key = [&](const RosterRow& r) {
    return std::tuple(r.person, place[r.role], r.since, r.until, r.source);
  };
  parallel::for_blocks(groups_.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) std::ranges::stable_sort(groups_[g], {}, key);
  });
  Memberships& members = world.members;
  std::vector<const RosterRow*> order;
  for (const auto& rows : groups_) {
    for (const RosterRow& row : rows) {
      order.push_back(&row);
      members.people.push_back(row.person);
      members.roles.push_back(place[row.role]);
      members.sources.push_back(row.source);
      members.since.push_back(row.since);
      members.until.push_back(row.until);
    }
    members.offsets.push_back(order.size());
  }
  members.attributes = attributes_of(order, old_);
}

bool counts_on(const RosterRow& row, Day day, DayBoundary& boundary) {
  return boundary.is_within(row.since, row.until, day);
}

}  // namespace rolecall
