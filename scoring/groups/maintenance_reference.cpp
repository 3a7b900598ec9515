#include <algorithm>
#include <map>
#include <set>

#include "core/predicate/filter.hpp"
#include "scoring/groups/maintenance_job.hpp"
#include "scoring/role_conditions.hpp"

namespace rolecall {
namespace {

struct Spell {
  std::string role;
  MemberSource source;
  Day since, until;  // both included, within the range
};

Day clamp(Timestamp time, Day missing, DayBoundary& boundary) {
  return time.is_missing() ? missing : boundary.day_of(time);
}

std::vector<Spell> spells_of(const World& world, std::size_t group, PersonId person, Day first,
                             Day last, DayBoundary& boundary) {
  std::vector<Spell> spells;
  const Memberships& m = world.members;
  for (std::size_t i = m.offsets[group]; i < m.offsets[group + 1]; ++i)
    if (m.people[i] == person)
      spells.push_back({std::string(world.roles[m.roles[i].index()]), m.sources[i],
                        clamp(m.since[i], first, boundary), clamp(m.until[i], last, boundary)});
  return spells;
}

// The role of the first card that takes a person of a group; empty when none does.
std::string card_of(const World& world, const RolesTemplate& roles, const Subject& people,
                    std::size_t group, std::uint32_t person, Day as_of) {
  bool candidate = false;
  for (AccountId a = world.people.accounts[person]; a && !candidate;
       a = world.accounts.parents[a.index()]) {
    candidate = a == world.groups.accounts[group];
    if (roles.candidates == RolesTemplate::Candidates::account) break;
  }
  if (candidate)
    for (const RoleCard& card : roles.roles)
      if (card.when && holds_by_reference(*card.when, people, person, as_of)) return card.name;
  return {};
}

// One person of one group. The days of the job become what it wants, unless another has the say.
void maintain_pair(std::vector<Spell>& spells, const std::string& wanted, Day as_of, Day last,
                   MaintenanceCounts& counts) {
  MemberSource highest = MemberSource::job;
  std::set<std::string> now;
  Day next = last;  // the last day before the job begins something else
  for (const Spell& spell : spells) {
    highest = std::max(highest, spell.source);
    if (spell.since <= as_of && as_of <= spell.until) now.insert(spell.role);
    if (spell.since > as_of) next = std::min(next, spell.since - days_rep{1});
  }
  const std::set<std::string> then =
      wanted.empty() ? std::set<std::string>{} : std::set<std::string>{wanted};
  if (highest != MemberSource::job) {
    if (now != then)
      ++(highest == MemberSource::manual ? counts.blocked_by_manual : counts.blocked_by_journey);
    return;
  }
  if (now == then) {
    counts.kept += !now.empty();
    return;
  }
  ++(now.empty() ? counts.joined : then.empty() ? counts.left : counts.changed);
  for (Spell& spell : spells)
    if (spell.since <= as_of && as_of <= spell.until && spell.role != wanted)
      spell.until = as_of - days_rep{1};
  if (!wanted.empty() && !now.contains(wanted))
    spells.push_back({wanted, MemberSource::job, as_of, next});
}

void append_days(std::vector<MemberDay>& days, std::size_t group, PersonId person,
                 const std::vector<Spell>& spells, Day first, Day last) {
  for (const Spell& spell : spells)
    for (Day day = std::max(spell.since, first); day <= std::min(spell.until, last);
         day += days_rep{1})
      days.push_back({static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(person.index()),
                      spell.role, spell.source, day});
}

}  // namespace

std::vector<MemberDay> member_days(const World& world, Day first, Day last, DayBoundary boundary) {
  std::vector<MemberDay> days;
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (std::size_t p = 0; p < world.people.size(); ++p)
      append_days(days, g, PersonId{p}, spells_of(world, g, PersonId{p}, first, last, boundary),
                  first, last);
  std::ranges::sort(days);
  return days;
}

std::vector<MemberDay> maintain_by_reference(const World& world, const Playbook& playbook,
                                             Day as_of, Day first, Day last,
                                             MaintenanceCounts& counts) {
  const Model model = model_of(playbook);
  const SubjectPtr people = person_subject(world, model);
  DayBoundary boundary(model.readings.day_boundary);
  std::vector<MemberDay> days;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const RolesTemplate* roles =
        model.template_for(world.solutions[world.groups.solutions[g].index()]);
    const bool is_of_interest = roles != nullptr;
    if (const Timestamp created = world.groups.created[g];
        !created.is_missing() && boundary.day_of(created) > as_of)
      roles = nullptr;
    if (!is_of_interest)
      ++counts.others;
    else if (roles != nullptr)
      ++counts.groups;
    for (std::uint32_t p = 0; p < world.people.size(); ++p) {
      std::vector<Spell> spells = spells_of(world, g, PersonId{p}, first, last, boundary);
      if (roles != nullptr)
        maintain_pair(spells, card_of(world, *roles, *people, g, p, as_of), as_of, last, counts);
      append_days(days, g, PersonId{p}, spells, first, last);
    }
  }
  std::ranges::sort(days);
  return days;
}

}  // namespace rolecall
