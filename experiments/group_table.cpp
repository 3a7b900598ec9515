#include "experiments/group_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "core/predicate/text_match.hpp"
#include "scoring/moments.hpp"

namespace rolecall {
namespace {

std::string_view text_of(const Attributes& attributes, std::string_view name, std::size_t row) {
  const Attribute* found = find(attributes, name);
  const auto* texts = found == nullptr ? nullptr : std::get_if<TextColumn>(&found->values);
  return texts == nullptr ? std::string_view() : (*texts)[row];
}

}  // namespace

std::string group_name(const World& world, GroupId group) {
  const std::string_view name = text_of(world.groups.attributes, "name", group.index());
  if (!name.empty()) return std::string(name);
  const std::size_t account = world.groups.accounts[group.index()].index();
  const std::string_view of = text_of(world.accounts.attributes, "name", account);
  return fmt::format("{} for {}", world.solutions[world.groups.solutions[group.index()].index()],
                     of.empty() ? world.accounts.ids[account] : of);
}

std::vector<TableColumn> group_table(const World& world, const Model& model,
                                     const GroupScores& scores) {
  TextColumn ids, names, accounts, solutions, stages, created, missing;
  std::array<std::vector<std::int64_t>, 3> members;  // by source
  const Memberships& m = world.members;
  DayBoundary boundary(model.readings.day_boundary);
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const GroupId group = scores.group[row];
    const std::size_t g = group.index();
    ids.push_back(world.groups.ids[g]);
    names.push_back(group_name(world, group));
    accounts.push_back(world.accounts.ids[world.groups.accounts[g].index()]);
    solutions.push_back(world.solutions[world.groups.solutions[g].index()]);
    stages.push_back(text_of(world.groups.attributes, "stage", g));
    created.push_back(to_string(world.groups.created[g]));
    missing.push_back(fmt::format("{}", fmt::join(missing_roles(scores, row, model), ";")));
    for (auto& column : members) column.push_back(0);
    for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
      if (is_active(m, i, scores.as_of[row], boundary))
        ++members[static_cast<std::size_t>(m.sources[i])].back();
  }
  std::vector<TableColumn> columns{
      {"group_id", std::move(ids), "", "external id of the buying group"},
      {"name", std::move(names), "", "<solution> for <account>, unless the world names it"},
      {"account_id", std::move(accounts), "", "account of the group"},
      {"solution", std::move(solutions), "", "solution interest of the group"}};
  if (find(world.groups.attributes, "stage") != nullptr)
    columns.push_back({"stage", std::move(stages), "", "as the world last has it"});
  columns.push_back({"created", std::move(created), "", "day of creation"});
  for (const MemberSource source : {MemberSource::manual, MemberSource::journey, MemberSource::job})
    columns.push_back({std::string(to_string(source)),
                       std::move(members[static_cast<std::size_t>(source)]), "memberships",
                       "memberships of this source on the day"});
  columns.push_back(
      {"completeness", scores.completeness, "%", "filled roles; NaN when none is required"});
  columns.push_back(
      {"missing_roles", std::move(missing), "", "required roles with too few members"});
  return columns;
}

std::vector<std::size_t> search_groups(const World& world, const GroupScores& scores,
                                       const std::string& text) {
  const TextMatch match(syntax::Operator::contains, {text});
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const GroupId group = scores.group[row];
    const std::size_t account = world.groups.accounts[group.index()].index();
    if (match(world.groups.ids[group.index()]) || match(group_name(world, group)) ||
        match(world.accounts.ids[account]) ||
        match(text_of(world.accounts.attributes, "name", account)))
      rows.push_back(row);
  }
  return rows;
}

std::vector<TableColumn> membership_table(const World& world, GroupId group, Day as_of,
                                          DayBoundary boundary) {
  TextColumn people, names, titles, roles, sources, since, until;
  std::vector<std::int64_t> active;
  const Memberships& m = world.members;
  for (std::size_t i = m.offsets[group.index()]; i < m.offsets[group.index() + 1]; ++i) {
    const std::size_t person = m.people[i].index();
    people.push_back(world.people.ids[person]);
    names.push_back(text_of(world.people.attributes, "name", person));
    titles.push_back(text_of(world.people.attributes, "title", person));
    roles.push_back(world.roles[m.roles[i].index()]);
    sources.push_back(to_string(m.sources[i]));
    since.push_back(to_string(m.since[i]));
    until.push_back(to_string(m.until[i]));
    active.push_back(is_active(m, i, as_of, boundary));
  }
  return {{"person_id", std::move(people), "", "external id of the person"},
          {"name", std::move(names), "", "of the person"},
          {"title", std::move(titles), "", "job title"},
          {"role", std::move(roles), "", "role in the group"},
          {"source", std::move(sources), "", "who assigned it"},
          {"since", std::move(since), "", "first day; empty: always was"},
          {"until", std::move(until), "", "last day; empty: still is"},
          {"active", std::move(active), "", "1: on the day"}};
}

std::vector<TableColumn> membership_history(const World& world, GroupId group, Day as_of,
                                            DayBoundary boundary) {
  struct Event {
    Day day;
    std::string_view what;
    std::size_t row;
  };
  std::vector<Event> events;
  const Memberships& m = world.members;
  for (std::size_t i = m.offsets[group.index()]; i < m.offsets[group.index() + 1]; ++i) {
    if (!m.since[i].is_missing()) events.push_back({boundary.day_of(m.since[i]), "joined", i});
    if (!m.until[i].is_missing())
      events.push_back({boundary.day_of(m.until[i]) + days_rep{1}, "left", i});
  }
  std::erase_if(events, [&](const Event& e) { return e.day > as_of; });
  std::ranges::sort(events, {},
                    [](const Event& e) { return std::tuple(e.day, e.what == "joined", e.row); });
  TextColumn days, what, people, roles, sources;
  for (const Event& event : events) {
    days.push_back(to_string(event.day));
    what.push_back(event.what);
    people.push_back(world.people.ids[m.people[event.row].index()]);
    roles.push_back(world.roles[m.roles[event.row].index()]);
    sources.push_back(to_string(m.sources[event.row]));
  }
  return {{"day", std::move(days), "", "first day with, or without"},
          {"what", std::move(what), "", "joined or left"},
          {"person_id", std::move(people), "", "external id of the person"},
          {"role", std::move(roles), "", "role in the group"},
          {"source", std::move(sources), "", "who assigned it"}};
}

}  // namespace rolecall
