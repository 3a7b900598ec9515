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

// Three deals of one account: d0 closed Won on the 20th without events, d1 moves and has a contact
// without a role, d2 opens on the 15th.
World deal_world() {
  World world;
  world.accounts.ids.push_back("a");
  world.accounts.parents.emplace_back();
  world.people.ids.push_back("p");
  world.people.accounts.emplace_back(0u);
  world.activities.type_names.push_back("Reply");
  world.activities.times = {Timestamp(day_of_march(5))};
  world.activities.types.assign(1, ActivityTypeId{0});
  world.activities.offsets = {0, 1};
  for (const char* role : {"Champion", "champion"}) world.roles.push_back(role);
  Deals& deals = world.deals;
  for (const char* id : {"d0", "d1", "d2"}) {
    deals.ids.push_back(id);
    deals.accounts.emplace_back(0u);
    deals.solutions.emplace_back();
    deals.pipelines.push_back("New");
    deals.values.push_back(100);
  }
  for (const char* stage : {"Won", "Proposal", "Demo"}) deals.stages.push_back(stage);
  deals.opened = {Timestamp(day_of_march(1)), Timestamp(day_of_march(1)),
                  Timestamp(day_of_march(15))};
  deals.closed = {Timestamp(day_of_march(20)), Timestamp{}, Timestamp{}};
  deals.outcomes = {Outcome::won, Outcome::open, Outcome::open};
  world.deal_contacts.offsets = {0, 0, 1, 1};
  world.deal_contacts.people.emplace_back(0u);
  world.deal_contacts.roles.emplace_back();
  world.deal_events.type_names.push_back("stage");
  world.deal_events.offsets = {0, 0, 3, 3};
  world.deal_events.times = {Timestamp(day_of_march(2)), Timestamp(day_of_march(9)),
                             Timestamp(day_of_march(22))};
  world.deal_events.types.assign(3, DealEventTypeId{0});
  for (const char* stage : {"Demo", "Demo", "Proposal"}) world.deal_events.details.push_back(stage);
  return world;
}

TEST(PredicateTables, KnowsOfADealWhatWasKnownThen) {
  const World world = deal_world();
  using Bytes = std::vector<std::uint8_t>;
  const auto on = [&](const char* text, int day) {
    return holds(text, deal_subject(world), day_of_march(day));
  };
  EXPECT_EQ(on("stage = 'Won'", 19), (Bytes{0, 0, 0}));
  EXPECT_EQ(on("stage = 'Won'", 20), (Bytes{1, 0, 0}));
  EXPECT_EQ(on("stage is missing", 19), (Bytes{1, 0, 0}));
  EXPECT_EQ(on("stage = 'Demo'", 10), (Bytes{0, 1, 1}));
  EXPECT_EQ(on("stage is missing", 1), (Bytes{1, 1, 0})) << "d1 moved into its first later";
  EXPECT_EQ(on("value = 100", 19), (Bytes{0, 1, 1}));
  EXPECT_EQ(on("closed is missing", 19), (Bytes{1, 1, 1}));
  EXPECT_EQ(on("closed = 2026-03-20 and value = 100 and outcome = 'won'", 20), (Bytes{1, 0, 0}));
  EXPECT_EQ(on("days_in_stage = 8", 10), (Bytes{0, 1, 0})) << "the same stage again is no move";
  EXPECT_EQ(on("days_in_stage = 3", 23), (Bytes{1, 0, 0}));
  EXPECT_EQ(on("days_in_stage = 1", 23), (Bytes{0, 1, 0}));
  const auto any = [&](const char* text, int day) {
    return holds(text, account_subject(world), day_of_march(day)).front() != 0;
  };
  EXPECT_FALSE(any("any_deal(deal_id = 'd2')", 14));
  EXPECT_TRUE(any("any_deal(deal_id = 'd2')", 15));
}

TEST(PredicateTables, FindsThePeopleOfADeal) {
  const World world = deal_world();
  using Bytes = std::vector<std::uint8_t>;
  const auto deals = deal_subject(world);
  EXPECT_EQ(holds("contacts() = 1 and count('Reply') = 1", deals, day_of_march(9)),
            (Bytes{1, 1, 1}))
      << "a deal without contacts has the people of its account";
  EXPECT_EQ(holds("contacts('Champion') >= 1", deals, day_of_march(9)), (Bytes{0, 0, 0}));
  EXPECT_EQ(holds("contacts('Nobody') >= 1", deals, day_of_march(9)), (Bytes{0, 0, 0}));
}

TEST(PredicateTables, SeesNoGroupThatIsCreatedLater) {
  World world = predicate_world(1, 20);
  world.groups.created.assign(world.groups.size(), Timestamp(day_of_march(20)));
  world.members.since.assign(world.members.size(), Timestamp{});
  world.members.until.assign(world.members.size(), Timestamp{});
  const auto seen = [&](const SubjectPtr& subject, int day) {
    return std::ranges::count(holds("any_group(true)", subject, day_of_march(day)), 1);
  };
  for (const SubjectPtr& subject : {person_subject(world), account_subject(world)}) {
    EXPECT_EQ(seen(subject, 19), 0);
    EXPECT_GT(seen(subject, 20), 0);
  }
}

// Two exports may write one role in two ways.
TEST(PredicateTables, TakesRolesWithoutCase) {
  World world = predicate_world(2, 40);
  const auto count = [&](const char* text) {
    return std::ranges::count(holds(text, group_subject(world), day_of_march(10)), 1);
  };
  const auto either = count("members('Champion') > 0 or members('Influencer') > 0");
  world.roles = TextColumn(std::vector<std::string>{"Champion", "Decision Maker", "champion"});
  EXPECT_EQ(count("members('CHAMPION') > 0"), either);
  EXPECT_GT(either, 0);
}

}  // namespace
}  // namespace rolecall
