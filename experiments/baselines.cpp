#include "experiments/baselines.hpp"

#include <cstdint>
#include <span>
#include <variant>

#include "core/parallel.hpp"
#include "scoring/capped_counts.hpp"

namespace rolecall {

Model one_weight_for_all(const Model& model) {
  Model equal = model;
  equal.name = "one weight for all";
  for (ActivityRule& rule : equal.activities) rule.weight = 1;
  if (equal.every_other) equal.every_other->weight = 1;
  for (RolesTemplate& roles : equal.templates)
    for (RoleCard& card : roles.roles) {
      card.weighting = 1;
      card.band.clear();
    }
  equal.decay = {};
  equal.readings = {.completeness_roles = model.readings.completeness_roles,
                    .day_boundary = model.readings.day_boundary,
                    .since_creation = model.readings.since_creation};
  return equal;
}

Model raw_totals(const Model& model) {
  Model raw = one_weight_for_all(model);
  raw.name = "raw totals";
  raw.daily_cap = no_cap;
  for (ActivityRule& rule : raw.activities) rule.daily_cap = no_cap;
  if (raw.every_other) raw.every_other->daily_cap = no_cap;
  return raw;
}

std::vector<double> active_days(const World& world, const ActivityIndex& index, const Model& model,
                                const AsOf& as_of) {
  std::vector<GroupId> groups;
  const CountedMembers members =
      count_members(world, index, one_weight_for_all(model), as_of, groups);
  std::vector<double> days(members.groups(), 0);
  if (index.size() == 0) return days;
  std::visit(
      [&](const auto& rows) {
        parallel::for_blocks(days.size(), 256, [&](std::size_t begin, std::size_t end) {
          for (std::size_t g = begin; g < end; ++g)
            for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m) {
              const std::size_t p = members.people[m].index();
              std::int64_t last = -1;
              for (const auto cell :
                   cells_within(rows.between(index.offsets[p], index.offsets[p + 1]),
                                members.first[g], members.last[g], index.type_bits)) {
                const std::int64_t day = cell >> index.type_bits;
                days[g] += day != last;
                last = day;
              }
            }
        });
      },
      index.rows);
  return days;
}

}  // namespace rolecall
