#include "scoring/groups/maintenance_job.hpp"

#include <algorithm>
#include <array>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "scoring/groups/precedence.hpp"
#include "scoring/role_assignment.hpp"

namespace rolecall {
namespace {

constexpr std::size_t grain = 256;  // [group]

struct Wanted {
  PersonId person;
  std::size_t role;
};

void count(MaintenanceCounts& counts, JobChange change, const std::vector<RosterRow>& rows) {
  switch (change) {
    case JobChange::none:
      break;
    case JobChange::kept:
      ++counts.kept;
      break;
    case JobChange::joined:
      ++counts.joined;
      break;
    case JobChange::left:
      ++counts.left;
      break;
    case JobChange::changed:
      ++counts.changed;
      break;
    case JobChange::blocked:
      ++(*decider(rows) == MemberSource::manual ? counts.blocked_by_manual
                                                : counts.blocked_by_journey);
      break;
  }
}

// Lets the job have what it wants of one group. Rows and wishes come in order of person.
void maintain(std::vector<RosterRow>& rows, const std::vector<Wanted>& wanted, Day as_of,
              DayBoundary& boundary, MaintenanceCounts& counts) {
  std::vector<RosterRow> result, pair;
  auto wish = wanted.begin();
  for (auto row = rows.begin(); row != rows.end() || wish != wanted.end();) {
    const PersonId person = row == rows.end()      ? wish->person
                            : wish == wanted.end() ? row->person
                                                   : std::min(row->person, wish->person);
    pair.clear();
    while (row != rows.end() && row->person == person) pair.push_back(*row++);
    std::optional<std::size_t> role;
    if (wish != wanted.end() && wish->person == person) role = (wish++)->role;
    count(counts, want_role(pair, person, role, as_of, boundary), pair);
    result.insert(result.end(), pair.begin(), pair.end());
  }
  rows = std::move(result);
}

}  // namespace

MaintenanceCounts operator+(MaintenanceCounts a, const MaintenanceCounts& b) {
  a.groups += b.groups;
  a.others += b.others;
  a.joined += b.joined;
  a.left += b.left;
  a.changed += b.changed;
  a.kept += b.kept;
  a.blocked_by_journey += b.blocked_by_journey;
  a.blocked_by_manual += b.blocked_by_manual;
  return a;
}

Maintenance maintain_groups(World world, const Playbook& playbook, Day as_of) {
  const Phase phase("maintain groups");
  const Model model = model_of(playbook);
  RoleAssignment assignment = assign_roles(world, model, {.date = as_of});
  Roster roster(world);
  std::vector<std::size_t> role_of;
  for (std::size_t r = 0; r < assignment.roles.size(); ++r)
    role_of.push_back(roster.role(assignment.roles[r]));
  const Memberships& m = assignment.members;
  std::vector<MaintenanceCounts> blocks(parallel::block_count(world.groups.size(), grain));
  parallel::for_blocks(world.groups.size(), grain, [&](std::size_t begin, std::size_t end) {
    DayBoundary boundary(model.readings.day_boundary);
    MaintenanceCounts mine;
    std::vector<Wanted> wanted;
    for (std::size_t g = begin; g < end; ++g) {
      if (model.template_for(world.solutions[world.groups.solutions[g].index()]) == nullptr) {
        ++mine.others;
        continue;
      }
      const Timestamp created = world.groups.created[g];
      if (!created.is_missing() && boundary.day_of(created) > as_of) continue;  // not there yet
      ++mine.groups;
      wanted.clear();
      for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
        wanted.push_back({m.people[i], role_of[m.roles[i].index()]});
      maintain(roster.groups()[g], wanted, as_of, boundary, mine);
    }
    blocks[begin / grain] = mine;
  });
  Maintenance result;
  for (const MaintenanceCounts& block : blocks) result.counts = result.counts + block;
  std::move(roster).put_into(world);
  result.world = std::move(world);
  result.warnings = std::move(assignment.warnings);
  return result;
}

}  // namespace rolecall
