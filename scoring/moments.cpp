#include "scoring/moments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/profile.hpp"

namespace rolecall {

DaySpan window_of(const Moment& moment, int window_days) {
  return {std::max(moment.as_of - days_rep{window_days - 1}, moment.since), moment.as_of};
}

Moments find_moments(const World& world, const BoundModel& bound, const AsOf& as_of,
                     std::vector<std::string>& warnings) {
  const Phase phase("find windows");
  const std::vector<std::optional<Day>> days = resolve(as_of, world, bound.boundary);
  DayBoundary clock = bound.boundary;
  Moments moments;
  std::vector<Moment> of_group;
  for (std::size_t g = 0; g < days.size(); ++g) {
    if (!days[g]) continue;
    Moment moment{*days[g]};
    if (bound.model->readings.since_creation && !world.groups.created[g].is_missing())
      moment.since = clock.day_of(world.groups.created[g]);
    moments.groups.emplace_back(g);
    moments.not_created.push_back(moment.since > moment.as_of);
    of_group.push_back(moment);
  }
  if (moments.groups.size() < days.size())
    warnings.push_back(fmt::format(
        "{} of {} groups have no {} and are left out.", days.size() - moments.groups.size(),
        days.size(), as_of.anchor == AsOf::Anchor::outcome ? "outcome date" : "creation date"));
  moments.all = of_group;
  // People have a score on a date even where there are no groups.
  if (moments.all.empty() && as_of.anchor == AsOf::Anchor::date)
    moments.all.push_back({as_of.date});
  std::ranges::sort(moments.all);
  moments.all.erase(std::unique(moments.all.begin(), moments.all.end()), moments.all.end());
  for (const Moment& moment : of_group)
    moments.of_group.push_back(static_cast<std::uint32_t>(
        std::ranges::lower_bound(moments.all, moment) - moments.all.begin()));
  return moments;
}

}  // namespace rolecall
