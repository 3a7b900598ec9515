#include "scoring/groups/member_import.hpp"

#include <algorithm>
#include <numeric>

#include "core/profile.hpp"
#include "scoring/groups/precedence.hpp"

namespace rolecall {
namespace {

void count(ImportCounts& counts, Addition what, const std::vector<RosterRow>& pair) {
  switch (what) {
    case Addition::added:
      ++counts.added;
      break;
    case Addition::ended:
      ++counts.ended;
      break;
    case Addition::there:
      ++counts.there;
      break;
    case Addition::blocked:
      ++(*decider(pair) == MemberSource::manual ? counts.blocked_by_manual
                                                : counts.blocked_by_journey);
      break;
    case Addition::overlap:
      break;
  }
}

}  // namespace

MemberImport import_members(World world, const Memberships& added, const TextColumn& roles,
                            const std::vector<bool>& left_out) {
  const Phase phase("import members");
  MemberImport result;
  Roster roster(world);
  std::vector<std::size_t> role_of;
  for (std::size_t r = 0; r < roles.size(); ++r) role_of.push_back(roster.role(roles[r]));
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    std::vector<std::size_t> order(added.offsets[g + 1] - added.offsets[g]);
    std::iota(order.begin(), order.end(), added.offsets[g]);
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return added.sources[i]; });
    std::vector<RosterRow>& rows = roster.groups()[g];
    for (const std::size_t i : order) {
      if (!left_out.empty() && left_out[i]) continue;
      // The rows of one person, taken out and put back; others keep their order.
      std::vector<RosterRow> pair;
      const auto mine = std::ranges::stable_partition(
          rows, [&](const RosterRow& row) { return row.person != added.people[i]; });
      pair.assign(mine.begin(), mine.end());
      rows.erase(mine.begin(), mine.end());
      const Addition what = add_row(pair,
                                    {.person = added.people[i],
                                     .role = role_of[added.roles[i].index()],
                                     .source = added.sources[i],
                                     .since = added.since[i],
                                     .until = added.until[i],
                                     .from = &added,
                                     .row = i},
                                    result.counts.gave_way);
      count(result.counts, what, pair);
      if (what == Addition::overlap) result.overlaps.push_back(i);
      rows.insert(rows.end(), pair.begin(), pair.end());
    }
  }
  std::move(roster).put_into(world);
  result.world = std::move(world);
  std::ranges::sort(result.overlaps);
  return result;
}

std::vector<std::size_t> rows_without_card(const World& world, const Model& model,
                                           const Memberships& added, const TextColumn& roles) {
  std::vector<std::size_t> rows;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const RolesTemplate* source =
        model.template_for(world.solutions[world.groups.solutions[g].index()]);
    if (source == nullptr) continue;
    for (std::size_t i = added.offsets[g]; i < added.offsets[g + 1]; ++i)
      if (std::ranges::find(source->roles, roles[added.roles[i].index()], &RoleCard::name) ==
          source->roles.end())
        rows.push_back(i);
  }
  return rows;
}

}  // namespace rolecall
