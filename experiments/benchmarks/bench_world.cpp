#include "experiments/benchmarks/bench_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace rolecall::bench {
namespace {

// Half are without dates; the others began at some time before or after the last day, and one in
// eight of these ended a month later.
std::pair<Timestamp, Timestamp> period_of(std::size_t membership) {
  if (membership % 2 == 0) return {};
  const auto days_ago = static_cast<int>(membership * 7 % 395) - 30;
  const Day since = last_day() - days_rep{days_ago};
  return {Timestamp(since), membership % 16 == 1 ? Timestamp(since + days_rep{30}) : Timestamp()};
}

bool is_active(const Memberships& members, std::size_t m) {
  return (members.since[m].is_missing() || members.since[m].utc_day() <= last_day()) &&
         (members.until[m].is_missing() || members.until[m].utc_day() >= last_day());
}

}  // namespace

Day last_day() { return *parse_day("2025-04-01") + days_rep{static_cast<int>(days) - 1}; }

World make_world(std::size_t people, std::size_t groups,
                 const std::function<std::uint32_t(std::size_t group, std::size_t role)>& member) {
  World world;
  const std::size_t accounts = std::max<std::size_t>(people / 10, 1);
  for (std::size_t a = 0; a < accounts; ++a) {
    world.accounts.ids.push_back(fmt::format("a{:08}", a));
    world.accounts.parents.emplace_back();
  }
  for (std::size_t p = 0; p < people; ++p) {
    world.people.ids.push_back(fmt::format("p{:08}", p));
    world.people.accounts.emplace_back(p % accounts);
  }
  world.solutions.push_back("Product");
  for (std::size_t r = 0; r < roles; ++r) world.roles.push_back(fmt::format("role {}", r));
  for (std::size_t t = 0; t < types; ++t)
    world.activities.type_names.push_back(fmt::format("type {:02}", t));
  world.activities.offsets.assign(people + 1, 0);
  Memberships& members = world.members;
  for (std::size_t g = 0; g < groups; ++g) {
    world.groups.ids.push_back(fmt::format("g{:08}", g));
    world.groups.accounts.emplace_back(g % accounts);
    world.groups.solutions.emplace_back(std::size_t{0});
    world.groups.created.emplace_back();
    std::array<std::pair<std::uint32_t, std::size_t>, roles> of_group;  // by person and role
    for (std::size_t r = 0; r < roles; ++r) of_group[r] = {member(g, r), r};
    std::ranges::sort(of_group);
    for (const auto& [person, role] : of_group) {
      const auto [since, until] = period_of(members.size());
      members.people.emplace_back(person);
      members.roles.emplace_back(role);
      members.sources.push_back(MemberSource::job);
      members.since.push_back(since);
      members.until.push_back(until);
    }
    members.offsets.push_back(members.size());
  }
  world.outcomes.outcome.assign(groups, Outcome::none);
  world.outcomes.date.assign(groups, Timestamp());
  world.outcomes.value.assign(groups, std::nan(""));
  return world;
}

World make_world(const Data& data) {
  return make_world(data.log().people, data.groups(),
                    [&](std::size_t group, std::size_t role) { return data.member(group, role); });
}

Model make_model(const Rules& rules, std::size_t window) {
  Model model;
  model.name = "benchmark";
  model.window_days = static_cast<int>(window);
  model.daily_cap = cap;
  for (std::size_t t = 0; t < types; ++t)
    model.activities.push_back({.name = fmt::format("type {:02}", t),
                                .weight = static_cast<double>(rules.weights[t]),
                                .daily_cap = rules.caps[t]});
  RolesTemplate& cards = model.templates.emplace_back();
  cards.name = "Default";
  for (std::size_t r = 0; r < roles; ++r)
    cards.roles.push_back({.name = fmt::format("role {}", r),
                           .weighting = static_cast<double>(role_weights[r]),
                           .required = r + 1 < roles});
  return model;
}

Rollup roll_up(const World& world, const std::function<std::int64_t(std::size_t person)>& total) {
  Rollup rollup;
  rollup.sum.resize(world.groups.size() * roles);
  rollup.members.resize(rollup.sum.size());
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (std::size_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m)
      if (is_active(world.members, m)) {
        const std::size_t at = g * roles + world.members.roles[m].index();
        rollup.sum[at] += total(world.members.people[m].index());
        ++rollup.members[at];
      }
  return rollup;
}

}  // namespace rolecall::bench
