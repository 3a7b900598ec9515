// What a generated world depends on: its specification, and nothing else; and each draw on no
// other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/parallel.hpp"
#include "generators/generate.hpp"
#include "same_world.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using testing::expect_equal;
using testing::random_spec;
using testing::small_spec;

const TextColumn& texts(const Attributes& attributes, const char* name) {
  return std::get<TextColumn>(find(attributes, name)->values);
}

const std::vector<double>& numbers(const Attributes& attributes, const char* name) {
  return std::get<std::vector<double>>(find(attributes, name)->values);
}

void expect_same_for_any_threads(const WorldSpec& spec) {
  World first;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    SCOPED_TRACE(::testing::Message() << threads << " threads");
    const parallel::ThreadLimit limit(threads);
    World world = generate_world(spec);
    if (threads == 1)
      first = std::move(world);
    else
      expect_equal(world, first);
  }
}

TEST(GenerateWorld, IsTheSameForAnyThreads) { expect_same_for_any_threads(small_spec(1)); }

// Several blocks of everything, and more people than are written in one wave.
TEST(GenerateWorld, IsTheSameForAnyThreadsInSeveralWaves) {
  WorldSpec spec = testing::sized_spec(2, 9'000, 42'000, 60'000, 20);
  spec.machines.bots = .001;
  spec.rows.duplicates = .05;
  spec.rows.late = .05;
  expect_same_for_any_threads(spec);
}

TEST(GenerateWorld, IsTheSameForAnyThreadsAtTheEdges) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    expect_same_for_any_threads(random_spec(seed));
  }
}

// The specification that a world carries is all that it takes to make it again.
TEST(GenerateWorld, IsTheSameFromItsOwnSpecification) {
  const World world = generate_world(small_spec(7));
  const WorldSpec again = parse_world_spec(world.truth->specification, "truth", {});
  expect_equal(generate_world(again), world);
}

// How many of the corresponding values are equal.
template <class A, class B>
double agreement(std::size_t n, const A& a, const B& b) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < n; ++i) equal += a(i) == b(i);
  return static_cast<double>(equal) / static_cast<double>(n);
}

// Σ over values of the product of their shares: what independent draws agree by.
double chance_agreement(const TextColumn& column) {
  std::multiset<std::string_view> values;
  for (std::size_t i = 0; i < column.size(); ++i) values.insert(column[i]);
  double sum = 0;
  for (auto it = values.begin(); it != values.end(); it = values.upper_bound(*it)) {
    const double share =
        static_cast<double>(values.count(*it)) / static_cast<double>(column.size());
    sum += share * share;
  }
  return sum;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::size_t n = std::min(a.size(), b.size());
  double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sa += a[i], sb += b[i];
    aa += a[i] * a[i], bb += b[i] * b[i], ab += a[i] * b[i];
  }
  const auto size = static_cast<double>(n);
  return (ab - sa * sb / size) / std::sqrt((aa - sa * sa / size) * (bb - sb * sb / size));
}

// Two seeds, in particular neighbours and those that share half of their bits, have nothing in
// common but the law.
TEST(GenerateWorld, SeedsShareNothing) {
  const World a = generate_world(small_spec(1));
  for (const std::uint64_t seed : {std::uint64_t{2}, std::uint64_t{1} | std::uint64_t{1} << 32}) {
    SCOPED_TRACE(seed);
    const World b = generate_world(small_spec(seed));
    // Names of accounts: 24 · 16 · 16 · 8 of them.
    const TextColumn &x = texts(a.accounts.attributes, "name"),
                     &y = texts(b.accounts.attributes, "name");
    EXPECT_LE(agreement(
                  200, [&](auto i) { return x[i]; }, [&](auto i) { return y[i]; }),
              .01);
    // Words of few values agree as often as chance has it, within four deviations.
    for (const char* column : {"department", "seniority", "title", "employment", "country"}) {
      const TextColumn &u = texts(a.people.attributes, column),
                       &v = texts(b.people.attributes, column);
      const double chance = chance_agreement(u);
      EXPECT_NEAR(agreement(
                      2'000, [&](auto i) { return u[i]; }, [&](auto i) { return v[i]; }),
                  chance, 4 * std::sqrt(chance * (1 - chance) / 2'000) + .02)
          << column;
    }
    for (const auto& [u, v] : {std::pair(a.truth->intent, b.truth->intent),
                               std::pair(a.truth->person_rate, b.truth->person_rate),
                               std::pair(numbers(a.accounts.attributes, "revenue"),
                                         numbers(b.accounts.attributes, "revenue"))}) {
      const std::size_t n = std::min(u.size(), v.size());
      const auto both_zero =
          static_cast<double>(std::ranges::count(u, 0.)) / static_cast<double>(u.size()) *
          static_cast<double>(std::ranges::count(v, 0.)) / static_cast<double>(v.size());
      EXPECT_LE(agreement(
                    n, [&](auto i) { return u[i]; }, [&](auto i) { return v[i]; }),
                both_zero + .03);
      EXPECT_LT(std::abs(correlation(u, v)), 4 / std::sqrt(static_cast<double>(n)));
    }
    // No row at the same second by the same person and of the same type, beyond the few of chance.
    std::set<std::tuple<std::size_t, Timestamp, std::string_view>> rows;
    const auto for_each_row = [](const World& w, auto visit) {
      for (std::size_t p = 0; p < w.people.size(); ++p)
        for (auto i = w.activities.offsets[p]; i < w.activities.offsets[p + 1]; ++i)
          visit(std::tuple(p, w.activities.times[i],
                           w.activities.type_names[w.activities.types[i].index()]));
    };
    for_each_row(a, [&](const auto& row) { rows.insert(row); });
    std::size_t shared = 0;
    for_each_row(b, [&](const auto& row) { shared += rows.contains(row); });
    EXPECT_LE(shared, 20u);
    EXPECT_GT(b.activities.size(), 30'000u);
  }
}

// What a change of the specification leaves as it was. Were the words that an account, a person or
// a group takes a matter of the values drawn, everything after the first difference would change.
class Change {
 public:
  explicit Change(const std::function<void(WorldSpec&)>& apply)
      : before_(world(nullptr)), after_(world(apply)) {}

  void leaves_accounts() const {
    EXPECT_EQ(after_.accounts.parents, before_.accounts.parents);
    leaves(&World::accounts, {"country", "industry", "name"});
  }
  void leaves_people() const {
    EXPECT_EQ(after_.people.accounts, before_.people.accounts);
    leaves(&World::people, {"department", "seniority", "title"});
  }
  void leaves_who_buys() const {
    EXPECT_EQ(after_.groups.accounts, before_.groups.accounts);
    EXPECT_EQ(after_.groups.solutions, before_.groups.solutions);
    EXPECT_EQ(after_.truth->intent, before_.truth->intent);
  }
  void leaves_members() const {
    EXPECT_EQ(after_.members.people, before_.members.people);
    EXPECT_EQ(after_.members.roles, before_.members.roles);
    EXPECT_EQ(after_.members.sources, before_.members.sources);
  }
  void leaves_kinds() const { EXPECT_EQ(after_.truth->person_kind, before_.truth->person_kind); }
  void leaves_log() const {
    EXPECT_EQ(after_.activities.times, before_.activities.times);
    EXPECT_EQ(after_.activities.types, before_.activities.types);
    EXPECT_EQ(after_.truth->origin, before_.truth->origin);
  }

  template <class Table>
  void leaves(Table World::*table, const std::vector<const char*>& columns) const {
    for (const char* name : columns)
      EXPECT_EQ(find((after_.*table).attributes, name)->values,
                find((before_.*table).attributes, name)->values)
          << name;
  }
  template <class Table>
  void changes(Table World::*table, const char* column) const {
    EXPECT_NE(find((after_.*table).attributes, column)->values,
              find((before_.*table).attributes, column)->values)
        << column;
  }

  const World& before() const { return before_; }
  const World& after() const { return after_; }

 private:
  static World world(const std::function<void(WorldSpec&)>& apply) {
    WorldSpec spec = small_spec(4);
    if (apply) apply(spec);
    return generate_world(spec);
  }

  World before_, after_;
};

TEST(GenerateWorld, AnAccountTakesItsWordsWhateverTheyBecome) {
  const Change change([](WorldSpec& s) {
    s.accounts.revenue_per_employee = 1;
    s.accounts.revenue_spread = 0;
    s.accounts.employees_tail = 3;
  });
  change.leaves_accounts();
  change.leaves(&World::accounts, {"products"});
  change.changes(&World::accounts, "revenue");
  change.changes(&World::accounts, "employees");
  const Change owned([](WorldSpec& s) { s.accounts.owns_product = .9; });
  owned.leaves_accounts();
  owned.leaves(&World::accounts, {"employees", "revenue"});
  owned.changes(&World::accounts, "products");
  owned.leaves_people();
  owned.leaves_log();
}

TEST(GenerateWorld, APersonTakesTheirWordsWhateverTheyBecome) {
  const Change change([](WorldSpec& s) {
    s.people.contractors = .9;
    s.people.abroad = 0;
    s.people.invalid_email = 1;
  });
  change.leaves_accounts();
  change.leaves_people();
  change.leaves(&World::people, {"unsubscribed"});
  change.changes(&World::people, "employment");
  change.changes(&World::people, "country");
  change.leaves_members();
  change.leaves_log();
  const Change personas([](WorldSpec& s) {  // the same number of titles
    for (auto& persona : s.personas) persona.share = 1;
  });
  personas.leaves(&World::people, {"department", "employment", "unsubscribed", "email_status"});
  personas.changes(&World::people, "seniority");
}

TEST(GenerateWorld, APurchaseTakesItsWordsWhateverTheyBecome) {
  const Change change([](WorldSpec& s) {
    s.groups.open = .6;
    s.groups.cycle_days = 20;
    s.groups.cycle_spread = 0;
  });
  change.leaves_accounts();
  change.leaves_people();
  change.leaves_who_buys();
  change.leaves_members();
  change.leaves_kinds();
  EXPECT_NE(change.after().groups.created, change.before().groups.created);
  std::size_t both = 0;
  for (std::size_t g = 0; g < change.after().groups.size(); ++g) {
    const double before = change.before().outcomes.value[g],
                 after = change.after().outcomes.value[g];
    if (std::isnan(before) || std::isnan(after)) continue;
    EXPECT_EQ(after, before);  // the deal, and the day it was decided
    EXPECT_EQ(change.after().outcomes.date[g], change.before().outcomes.date[g]);
    ++both;
  }
  EXPECT_GT(both, 30u);
}

TEST(GenerateWorld, AMembershipTakesItsWordsWhateverTheyBecome) {
  const Change change([](WorldSpec& s) {
    s.groups.dated_members = 1;
    s.groups.leavers = .9;
  });
  change.leaves_who_buys();
  change.leaves_members();
  change.leaves_log();
  EXPECT_NE(change.after().members.until, change.before().members.until);
}

TEST(GenerateWorld, APersonsRateTakesItsWordsWhateverTheyBecome) {
  const Change change([](WorldSpec& s) {
    s.machines.bots = .3;
    s.machines.bot_rows = 0;
  });
  change.leaves_members();
  const auto &before = change.before().truth->person_rate,
             &after = change.after().truth->person_rate;
  ASSERT_EQ(after.size(), before.size());
  double ratio = 0;  // one factor for all, as fewer rows are left to bots
  for (std::size_t p = 0; p < after.size(); ++p) {
    if (before[p] == 0) {
      EXPECT_EQ(after[p], 0);
      continue;
    }
    if (ratio == 0) ratio = after[p] / before[p];
    EXPECT_NEAR(after[p] / before[p], ratio, 1e-12);
  }
  EXPECT_GT(ratio, 1);
}

TEST(GenerateWorld, OutcomesMoveNothingElse) {
  const Change change([](WorldSpec& s) {
    s.outcome.base_rate = .7;
    s.outcome.noise = 3;
    s.outcome.half_life_days = 2;
    s.outcome.daily_cap = 2;
    for (auto& role : s.roles) role.influence = 1;
    for (auto& type : s.types) type.influence *= type.influence;
  });
  change.leaves_accounts();
  change.leaves_people();
  change.leaves_who_buys();
  change.leaves_members();
  change.leaves_kinds();
  change.leaves_log();
  EXPECT_EQ(change.after().groups.created, change.before().groups.created);
  EXPECT_EQ(change.after().outcomes.date, change.before().outcomes.date);
  EXPECT_NE(change.after().outcomes.outcome, change.before().outcomes.outcome);
}

// With fewer accounts, those that are left are as they were, but for the last family, cut short.
TEST(GenerateWorld, ASmallerWorldIsTheBeginningOfALargerOne) {
  WorldSpec spec = small_spec(5);
  const World large = generate_world(spec);
  spec.size.accounts = 150;
  const World small = generate_world(spec);
  std::size_t last_root = 149;
  while (small.accounts.parents[last_root]) --last_root;
  for (std::size_t a = 0; a < last_root; ++a)
    for (const char* column : {"name", "industry", "country", "products"})
      EXPECT_EQ(texts(small.accounts.attributes, column)[a],
                texts(large.accounts.attributes, column)[a]);
}

// Faults come last: taking them away leaves the rows that people and machines made.
TEST(GenerateWorld, FaultsMoveNothingElse) {
  WorldSpec spec = small_spec(6);
  spec.rows.duplicates = 0;
  const World clean = generate_world(spec);
  spec.rows.late = .5;
  spec.rows.late_days = 20;
  const World late = generate_world(spec);
  EXPECT_EQ(late.activities.times, clean.activities.times);
  EXPECT_EQ(late.activities.types, clean.activities.types);
  EXPECT_TRUE(testing::same_bits(late.truth->score, clean.truth->score));
  EXPECT_GT(late.truth->late_rows.size(), 10 * clean.truth->late_rows.size());
}

}  // namespace
}  // namespace rolecall
