// Memberships that the simulation keeps, against asking every card about everybody every day.
#include "sim/seller/live_memberships.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "scoring/role_conditions.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using Rows = std::set<std::tuple<std::string, std::string, std::string>>;  // group, person, role

// Who should be in which group, of those known who work: the account's people, or also those of
// accounts below it.
Rows asked_afresh(const World& world, const Model& model, const Cast& cast, DayIndex day) {
  std::map<std::string, std::size_t> in_cast;
  for (std::size_t p = 0; p < cast.people(); ++p) in_cast.emplace(cast.world.people.ids[p], p);
  std::vector<std::uint32_t> everybody(world.people.size());
  std::iota(everybody.begin(), everybody.end(), 0u);
  Rows rows;
  for (const RolesTemplate& roles : model.templates) {
    const std::vector<std::int8_t> cards =
        RoleConditions(world, model, roles).cards(everybody, cast.date(day));
    for (std::size_t g = 0; g < world.groups.size(); ++g) {
      const std::string_view solution = world.solutions[world.groups.solutions[g].index()];
      if (std::ranges::find(roles.solutions, solution) == roles.solutions.end()) continue;
      for (std::size_t p = 0; p < world.people.size(); ++p) {
        const std::size_t who = in_cast.at(std::string(world.people.ids[p]));
        if (cards[p] < 0 || cast.hired[who] > day || cast.leaves[who] <= day) continue;
        AccountId at = world.people.accounts[p];
        if (roles.candidates == RolesTemplate::Candidates::subtree)
          while (at && at != world.groups.accounts[g]) at = world.accounts.parents[at.index()];
        if (at == world.groups.accounts[g])
          rows.emplace(world.groups.ids[g], world.people.ids[p],
                       roles.roles[static_cast<std::size_t>(cards[p])].name);
      }
    }
  }
  return rows;
}

Rows kept(const World& world, Day day) {
  Rows rows;
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (std::uint64_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m) {
      EXPECT_LE(world.members.since[m].utc_day(), day);
      if (!world.members.until[m].is_missing()) {
        EXPECT_LT(world.members.until[m].utc_day(), day);
        continue;
      }
      EXPECT_EQ(world.members.sources[m], MemberSource::job);
      EXPECT_TRUE(rows.emplace(world.groups.ids[g],
                               world.people.ids[world.members.people[m].index()],
                               world.roles[world.members.roles[m].index()])
                      .second);
    }
  return rows;
}

TEST(Memberships, AreThoseThatTheCardsSayEveryDay) {
  const Scenario scenario = testing::small_scenario(
      {"run.days = 80", "run.burn_in = 10", "world.size.accounts = 50", "world.size.people = 500",
       "population.leavers = 2", "population.joiners = 0.9", "population.title_changes = 3",
       "population.reparenting = 6", "sales.finds_contact = 0", "activity.form_starts = 0.5",
       "activity.visits = 3", "enrichment.people_a_day = 2"});
  const Cast cast = testing::cast_of(scenario, 12);
  const Model model = model_of(playbook_of(scenario));
  Simulation simulation(scenario, 12);
  Rows before, first;
  std::size_t changed = 0;
  while (simulation.done() < simulation.days() && !HasFailure()) {
    simulation.step();
    const auto day = static_cast<DayIndex>(simulation.done()) - 1;
    SCOPED_TRACE(day);
    const World world = simulation.world();
    const Rows rows = kept(world, cast.date(day));
    EXPECT_EQ(rows, asked_afresh(world, model, cast, day));
    if (day == 0) first = rows;
    changed += day > 0 && rows != before;
    before = rows;
  }
  EXPECT_GT(first.size(), 50u);
  EXPECT_GT(changed, 40u);
}

// Whom sales found stays, whatever the cards say, for as long as they work there.
TEST(Memberships, OfSalesOutlastTheJob) {
  const Scenario scenario = testing::small_scenario(
      {"sales.finds_contact = 0.5", "hand_off.by = 'intent'", "population.title_changes = 3",
       "population.leavers = 1.5", "population.reparenting = 4"});
  const Cast cast = testing::cast_of(scenario, 2);
  const Snapshot run = testing::run_through(scenario, 2);
  const auto& source = testing::column<std::uint8_t>(run, "members/source");
  std::size_t found = 0, left = 0;
  for (std::size_t r = 0; r < source.size(); ++r) {
    if (source[r] != static_cast<std::uint8_t>(MemberSource::manual)) continue;
    ++found;
    const DayIndex leaves = cast.leaves[testing::column<std::uint32_t>(run, "members/person")[r]];
    const std::int32_t until = testing::column<std::int32_t>(run, "members/until")[r];
    EXPECT_EQ(until, leaves < cast.days ? leaves - 1 : never);
    left += until != never;
  }
  EXPECT_GT(found, 20u);
  EXPECT_GT(left, 2u);
}

}  // namespace
}  // namespace rolecall::sim
