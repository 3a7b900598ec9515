#include "scoring/role_assignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "core/account_forest.hpp"
#include "core/profile.hpp"
#include "scoring/role_conditions.hpp"

namespace rolecall {
namespace {

// Which template each solution has; null where none matches.
std::vector<const RolesTemplate*> templates_of(const World& world, const Model& model) {
  std::vector<const RolesTemplate*> found;
  for (std::size_t s = 0; s < world.solutions.size(); ++s)
    found.push_back(model.template_for(world.solutions[s]));
  return found;
}

// The groups that are asked as of one day.
struct Round {
  Day as_of{};
  std::vector<GroupId> groups;
};

// Without conditions on the past, one round for all; else one for each day.
std::vector<Round> rounds_of(const World& world, const Model& model, const AsOf& as_of,
                             const std::vector<GroupId>& groups, bool changes_with_day) {
  if (!changes_with_day) return {{Day{}, groups}};
  const auto days = resolve(as_of, world, DayBoundary(model.readings.day_boundary));
  std::map<Day, std::vector<GroupId>> by_day;
  for (const GroupId group : groups)
    if (days[group.index()]) by_day[*days[group.index()]].push_back(group);
  std::vector<Round> rounds;
  for (auto& [day, list] : by_day) rounds.push_back({day, std::move(list)});
  return rounds;
}

struct Assigned {
  std::uint32_t person;
  std::int8_t card;
};

// Asks the conditions of one template for some of its groups.
void ask(RoleConditions& conditions, const Candidates& candidates, const Round& round,
         std::vector<std::vector<Assigned>>& of_group, RoleAssignment& assignment) {
  std::vector<std::vector<std::uint32_t>> people(round.groups.size());
  std::vector<std::uint32_t> everybody;
  for (std::size_t g = 0; g < round.groups.size(); ++g) {
    candidates.of(round.groups[g], people[g]);
    everybody.insert(everybody.end(), people[g].begin(), people[g].end());
  }
  assignment.candidates += everybody.size();
  std::ranges::sort(everybody);
  everybody.erase(std::unique(everybody.begin(), everybody.end()), everybody.end());
  const std::vector<std::int8_t> cards = conditions.cards(everybody, round.as_of);
  for (std::size_t g = 0; g < round.groups.size(); ++g)
    for (const std::uint32_t person : people[g]) {
      const auto at = std::ranges::lower_bound(everybody, person) - everybody.begin();
      if (const std::int8_t card = cards[static_cast<std::size_t>(at)];
          card != RoleConditions::no_card)
        of_group[round.groups[g].index()].push_back({person, card});
    }
}

}  // namespace

Candidates::Candidates(const World& world, const Model& model)
    : world_(world), model_(model), order_(subtree_order(world.accounts.parents)) {
  people_ = invert<std::uint32_t>(world.accounts.size(), world.people.size(), [&](std::size_t p) {
    const AccountId account = world.people.accounts[p];
    return account ? AccountId{order_.place[account.index()]} : account;
  });
}

void Candidates::of(GroupId group, std::vector<std::uint32_t>& people) const {
  const RolesTemplate* source =
      model_.template_for(world_.solutions[world_.groups.solutions[group.index()].index()]);
  if (source == nullptr) return;
  const std::size_t account = world_.groups.accounts[group.index()].index();
  const bool whole = source->candidates == RolesTemplate::Candidates::subtree;
  const auto begin = people_.rows.begin() + people_.offsets[order_.place[account]];
  const auto end = people_.rows.begin() +
                   people_.offsets[whole ? order_.end[account] : order_.place[account] + 1];
  const auto added = static_cast<std::ptrdiff_t>(people.size());
  people.insert(people.end(), begin, end);
  std::sort(people.begin() + added, people.end());
}

RoleAssignment assign_roles(const World& world, const Model& model, const AsOf& as_of) {
  const Phase phase("assign roles");
  RoleAssignment assignment;
  const std::vector<const RolesTemplate*> template_of = templates_of(world, model);
  const Candidates candidates(world, model);
  std::vector<std::vector<Assigned>> of_group(world.groups.size());
  std::set<std::string_view> names;
  for (const RolesTemplate& source : model.templates) {
    std::vector<GroupId> groups;
    for (std::size_t g = 0; g < world.groups.size(); ++g)
      if (template_of[world.groups.solutions[g].index()] == &source) groups.emplace_back(g);
    for (const RoleCard& card : source.roles) names.insert(card.name);
    if (groups.empty()) continue;
    RoleConditions conditions(world, model, source);
    for (const Round& round : rounds_of(world, model, as_of, groups, conditions.changes_with_day()))
      ask(conditions, candidates, round, of_group, assignment);
    for (std::string& warning : conditions.warnings())
      assignment.warnings.push_back(std::move(warning));
  }
  std::map<std::string_view, RoleId> roles;
  for (const std::string_view name : names) {
    roles.emplace(name, RoleId{roles.size()});
    assignment.roles.push_back(name);
  }
  Memberships& m = assignment.members;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const RolesTemplate* source = template_of[world.groups.solutions[g].index()];
    for (const auto& [person, card] : of_group[g]) {
      m.people.emplace_back(person);
      m.roles.push_back(roles.at(source->roles[static_cast<std::size_t>(card)].name));
    }
    m.offsets.push_back(m.people.size());
  }
  m.sources.assign(m.size(), MemberSource::job);
  m.since.assign(m.size(), Timestamp{});
  m.until.assign(m.size(), Timestamp{});
  assignment.assigned = m.size();
  return assignment;
}

std::vector<std::string> assign_missing_roles(World& world, const Model& model, const AsOf& as_of) {
  if (world.members.size() > 0 || !model.has_conditions()) return {};
  RoleAssignment assignment = assign_roles(world, model, as_of);
  world.roles = std::move(assignment.roles);
  world.members = std::move(assignment.members);
  std::vector<std::string> notes = std::move(assignment.warnings);
  notes.push_back(fmt::format(
      "the world has no memberships: the model's conditions gave roles to {} of {} candidates.",
      assignment.assigned, assignment.candidates));
  return notes;
}

}  // namespace rolecall
