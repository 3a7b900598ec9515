#include "scoring/groups/maintenance_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/parallel.hpp"
#include "predicate_world.hpp"
#include "same_world.hpp"
#include "scoring/groups/roster.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::expect_equal;
using rolecall::testing::predicate_world;

Playbook playbook_of(std::uint64_t seed) {
  Playbook playbook;
  playbook.path = "p.toml";
  playbook.model = parse_model(R"(format = "rolecall.model/1"
name = "m"
[activities]
"*" = 1
[[persona]]
name = "Executive"
when = 'title has_word ["cto", "vp"]'
[[template]]
name = "Narrow"
roles = [
  { name = "Decision Maker", weighting = 3, when = 'persona = "Executive"' },
  { name = "Champion", weighting = 2, when = 'count(*, last 9 days) > 3' },
]
[[template]]
name = "Wide"
roles = [
  { name = "Lurker", weighting = 1, when = 'count(*, last 5 days) = 0 and title is not missing' },
  { name = "Influencer", weighting = 2, when = 'title contains "director" or country = "DE"' },
]
)",
                               "m.toml");
  using enum RolesTemplate::Candidates;
  playbook.interests.push_back({.name = "Crop Planner",
                                .roles_template = seed % 2 == 0 ? "Narrow" : "Wide",
                                .level = seed % 3 == 0 ? account : subtree});
  if (seed % 4 != 0)
    playbook.interests.push_back({.name = "Soil Lab",
                                  .roles_template = seed % 5 == 0 ? "Narrow" : "Wide",
                                  .level = seed % 7 < 3 ? account : subtree});
  return playbook;
}

// A world whose memberships are a bundle's: of any source, never twice in a role on a day.
World world_of(std::uint64_t seed, std::size_t people) {
  World world = predicate_world(seed, people);
  std::mt19937_64 bits(seed * 31);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(bits() % n); };
  Roster roster(world);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    auto& rows = roster.groups()[g];
    rows.clear();
    for (std::size_t p = 0; p < world.people.size(); ++p)
      for (std::size_t n = below(6) == 0 ? 1 + below(2) : 0; n > 0; --n) {
        const MemberSource source = below(3) > 0 ? MemberSource::job : MemberSource(below(3));
        const int since = static_cast<int>(below(40)) - 15;
        const int until = since + static_cast<int>(below(40));
        const std::size_t role = roster.role(n == 2 ? "Champion" : "Influencer");
        rows.push_back({.person = PersonId{p},
                        .role = role,
                        .source = source,
                        .since = since < -9 ? Timestamp() : Timestamp(day_of_march(since)),
                        .until = until > 30 ? Timestamp() : Timestamp(day_of_march(until))});
        if (since >= -9 && since < 5 && until > 12 && until <= 30 && below(2) == 0) {
          RosterRow again = rows.back();  // comes back after a while
          again.since = Timestamp(day_of_march(until + 1 + static_cast<int>(below(5))));
          again.until = {};
          rows.push_back(again);
        }
      }
  }
  std::move(roster).put_into(world);
  return world;
}

const Day first = day_of_march(-20), last = day_of_march(60);

TEST(MaintenanceJob, DoesWhatTheReferenceDoesByTheLetter) {
  MaintenanceCounts all;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const World world = world_of(seed, 40);
    const Playbook playbook = playbook_of(seed);
    const Day as_of = day_of_march(3 + static_cast<int>(seed % 20));
    MaintenanceCounts expected;
    const auto days = maintain_by_reference(world, playbook, as_of, first, last, expected);
    const Maintenance done = maintain_groups(world, playbook, as_of);
    EXPECT_EQ(done.counts, expected) << seed;
    EXPECT_EQ(member_days(done.world, first, last, DayBoundary()), days) << seed;
    all = all + expected;
  }
  for (const std::size_t n : {all.joined, all.left, all.changed, all.kept, all.blocked_by_journey,
                              all.blocked_by_manual, all.others})
    EXPECT_GT(n, 10u);
}

TEST(MaintenanceJob, TwiceOnADayIsOnce) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Playbook playbook = playbook_of(seed);
    const Maintenance once = maintain_groups(world_of(seed, 60), playbook, day_of_march(9));
    const Maintenance twice = maintain_groups(once.world, playbook, day_of_march(9));
    expect_equal(twice.world, once.world);
    EXPECT_EQ(twice.counts.joined + twice.counts.left + twice.counts.changed, 0u);
    EXPECT_EQ(twice.counts.kept, once.counts.kept + once.counts.joined + once.counts.changed);
  }
}

TEST(MaintenanceJob, DayByDayKeepsWhatHappened) {
  const Playbook playbook = playbook_of(3);
  World world = world_of(3, 60);
  for (int day = 1; day <= 20; ++day) {
    const auto before = member_days(world, first, day_of_march(day - 1), DayBoundary());
    world = maintain_groups(std::move(world), playbook, day_of_march(day)).world;
    EXPECT_EQ(member_days(world, first, day_of_march(day - 1), DayBoundary()), before) << day;
  }
}

TEST(MaintenanceJob, IsTheSameOnAnyThreads) {
  const Playbook playbook = playbook_of(2);
  const World world = world_of(2, 3'000);
  std::optional<Maintenance> one;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    Maintenance done = maintain_groups(world, playbook, day_of_march(9));
    if (!one) {
      one = std::move(done);
      EXPECT_GT(one->counts.joined, 100u);
      continue;
    }
    expect_equal(done.world, one->world);
    EXPECT_EQ(done.counts, one->counts);
  }
}

TEST(Roster, GivesBackWhatItTook) {
  World world = world_of(5, 60);
  TextColumn notes;
  for (std::size_t i = 0; i < world.members.size(); ++i) notes.push_back(std::to_string(i));
  world.members.attributes = {{"note", notes}};
  World again = world;
  Roster roster(again);
  EXPECT_EQ(again.members.size(), 0u);
  std::move(roster).put_into(again);
  expect_equal(again, world);
}

}  // namespace
}  // namespace rolecall
