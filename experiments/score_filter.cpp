#include "experiments/score_filter.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/predicate/filter.hpp"
#include "core/profile.hpp"
#include "scoring/role_conditions.hpp"
#include "scoring/scored_subjects.hpp"

namespace rolecall {
namespace {

SelectedRows groups_where(const Predicate& where, const World& world, const Model& model,
                          const GroupScores& scores) {
  Filter filter(where, *scored_group_subject(world, model, scores));
  std::map<Day, std::vector<std::uint32_t>> by_day;  // groups, ascending
  for (std::size_t row = 0; row < scores.size(); ++row)
    by_day[filter.changes_with_day() ? scores.as_of[row] : Day{}].push_back(
        static_cast<std::uint32_t>(scores.group[row].index()));
  SelectedRows selected{.rows = {}, .warnings = filter.warnings()};
  for (const auto& [day, groups] : by_day) {
    filter.prepare(day);
    for (const std::uint32_t group : filter.matching(groups))
      selected.rows.push_back(static_cast<std::size_t>(
          std::ranges::lower_bound(scores.group, GroupId{group}) - scores.group.begin()));
  }
  std::ranges::sort(selected.rows);
  return selected;
}

}  // namespace

SelectedRows rows_where(const Predicate& where, const World& world, const Model& model,
                        const Scores& scores, const std::vector<TableColumn>& table, Level level,
                        const AsOf& as_of) {
  const Phase phase("filter");
  if (level == Level::group) return groups_where(where, world, model, scores.groups);
  const auto& engagement = std::get<std::vector<double>>(table.at(1).values);
  const SubjectPtr subject = level == Level::person
                                 ? person_subject(world, model)
                                 : account_subject(world, DayBoundary(model.readings.day_boundary));
  Filter filter(where, *with_engagement(subject, engagement));
  if (filter.changes_with_day() && as_of.anchor != AsOf::Anchor::date)
    throw InputError(
        {.field = "--where",
         .value = where.text(),
         .what = "the condition looks at the past, and there is no one day to look from",
         .remedy = "Give --as-of a date."});
  const std::vector<std::uint8_t> holds = filter.holds(as_of.date);
  SelectedRows selected{.rows = {}, .warnings = filter.warnings()};
  for (std::size_t row = 0; row < holds.size(); ++row)
    if (holds[row] != 0) selected.rows.push_back(row);
  return selected;
}

}  // namespace rolecall
