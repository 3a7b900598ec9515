#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "predicate_world.hpp"

// What the columns of a world say, against direct walks over its tables.
namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::predicate_world;

std::vector<std::uint8_t> holds(std::string_view text, const SubjectPtr& subject, Day as_of) {
  return Filter(Predicate::parse(text, {}), *subject).holds(as_of);
}

std::string_view text_of(const Attributes& attributes, std::string_view name, std::size_t row) {
  return std::get<TextColumn>(find(attributes, name)->values)[row];
}

TEST(PredicateTables, WalksTheForest) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const World world = predicate_world(seed);
    const SubjectPtr accounts = account_subject(world);
    const auto above = holds("any_ancestor(industry = 'Retail')", accounts, {});
    const auto below = holds("any_descendant(industry = 'Retail')", accounts, {});
    const auto subtree = holds("subtree(industry = 'Retail')", accounts, {});
    const auto named = holds("subtree('a000001')", accounts, {});
    const auto child = holds("parent(industry = 'Retail')", accounts, {});
    const auto deep = holds("depth >= 2", accounts, {});
    const auto is_retail = [&](std::size_t a) {
      return text_of(world.accounts.attributes, "industry", a) == "Retail";
    };
    std::vector<std::uint8_t> expected_below(world.accounts.size(), 0);
    for (std::size_t a = 0; a < world.accounts.size(); ++a) {
      std::vector<std::size_t> ancestors;
      for (AccountId p = world.accounts.parents[a]; p; p = world.accounts.parents[p.index()])
        ancestors.push_back(p.index());
      const bool any = std::ranges::any_of(ancestors, is_retail);
      EXPECT_EQ(above[a] != 0, any);
      EXPECT_EQ(subtree[a] != 0, any || is_retail(a));
      EXPECT_EQ(named[a] != 0, a == 1 || std::ranges::find(ancestors, 1u) != ancestors.end());
      EXPECT_EQ(child[a] != 0, !ancestors.empty() && is_retail(ancestors.front()));
      EXPECT_EQ(deep[a] != 0, ancestors.size() >= 2);
      if (is_retail(a))
        for (const std::size_t p : ancestors) expected_below[p] = 1;
    }
    EXPECT_EQ(below, expected_below);
  }
}

// Activities of the types on the days, of some people.
std::uint64_t counted(const World& world, const std::set<std::size_t>& people,
                      const std::set<std::string_view>& types, Day first, Day last) {
  DayBoundary utc;
  std::uint64_t n = 0;
  for (const std::size_t p : people)
    for (std::size_t i = world.activities.offsets[p]; i < world.activities.offsets[p + 1]; ++i) {
      const Day day = utc.day_of(world.activities.times[i]);
      if (day >= first && day <= last &&
          types.contains(world.activities.type_names[world.activities.types[i].index()]))
        n += world.activities.count(i);
    }
  return n;
}

std::set<std::size_t> members_on(const World& world, std::size_t group, Day day) {
  DayBoundary utc;
  std::set<std::size_t> people;
  const Memberships& m = world.members;
  for (std::size_t i = m.offsets[group]; i < m.offsets[group + 1]; ++i)
    if ((m.since[i].is_missing() || utc.day_of(m.since[i]) <= day) &&
        (m.until[i].is_missing() || day <= utc.day_of(m.until[i])))
      people.insert(m.people[i].index());
  return people;
}

TEST(PredicateTables, CountsWhatMembersDid) {
  constexpr Day long_ago{};
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const World world = predicate_world(seed);
    for (const int day : {1, 9, 20, 40}) {
      const Day as_of = day_of_march(day);
      const auto week = holds("count('Open Email', last 7 days) > 2", group_subject(world), as_of);
      const auto ever = holds("count(*) > 20", group_subject(world), as_of);
      const auto many = holds("members() >= 3", group_subject(world), as_of);
      const auto person =
          holds("count(['Visit', 'Click Email'], last 1 day) = 0", person_subject(world), as_of);
      for (std::size_t g = 0; g < world.groups.size(); ++g) {
        const auto people = members_on(world, g, as_of);
        EXPECT_EQ(week[g] != 0,
                  counted(world, people, {"Open Email"}, as_of - days_rep(6), as_of) > 2);
        EXPECT_EQ(ever[g] != 0, counted(world, people, {"Open Email", "Visit", "Click Email"},
                                        long_ago, as_of) > 20);
        EXPECT_EQ(many[g] != 0, people.size() >= 3);
      }
      for (std::size_t p = 0; p < world.people.size(); ++p)
        EXPECT_EQ(person[p] != 0, counted(world, {p}, {"Visit", "Click Email"}, as_of, as_of) == 0);
    }
  }
}

TEST(PredicateTables, CountsDaysSinceTheLastActivity) {
  const World world = predicate_world(5);
  const Day as_of = day_of_march(20);
  DayBoundary utc;
  const auto recent = holds("days_since('Visit') <= 5", person_subject(world), as_of);
  const auto never = holds("days_since('Visit') is missing", person_subject(world), as_of);
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    Day last{};
    for (std::size_t i = world.activities.offsets[p]; i < world.activities.offsets[p + 1]; ++i)
      if (world.activities.type_names[world.activities.types[i].index()] == "Visit" &&
          world.activities.count(i) > 0 && utc.day_of(world.activities.times[i]) <= as_of)
        last = std::max(last, utc.day_of(world.activities.times[i]));
    EXPECT_EQ(recent[p] != 0, as_of - last <= days_rep(5));
    EXPECT_EQ(never[p] != 0, last == Day{});
  }
}

// A day ends where the boundary says; a date alone is that day everywhere.
TEST(PredicateTables, TakesDaysOfAZone) {
  World world;
  world.accounts.ids.push_back("a");
  world.accounts.parents.emplace_back();
  for (const char* id : {"date", "time"}) {
    world.people.ids.push_back(id);
    world.people.accounts.emplace_back(0u);
  }
  world.activities.type_names.push_back("Visit");
  world.activities.times = {Timestamp(day_of_march(10)),
                            Timestamp(Instant(day_of_march(10)) + std::chrono::hours(2))};
  world.activities.types.assign(2, ActivityTypeId{0});
  world.activities.offsets = {0, 1, 2};
  using Bytes = std::vector<std::uint8_t>;
  const char* today = "count(*, last 1 day) = 1";
  EXPECT_EQ(holds(today, person_subject(world), day_of_march(10)), (Bytes{1, 1}));
  const SubjectPtr west = person_subject(world, DayBoundary("America/New_York"));
  EXPECT_EQ(holds(today, west, day_of_march(10)), (Bytes{1, 0}));
  EXPECT_EQ(holds(today, west, day_of_march(9)), (Bytes{0, 1}));
}

}  // namespace
}  // namespace rolecall
