// What holds for every generated world, whatever its specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using testing::random_spec;
using testing::small_spec;

const TextColumn& texts(const Attributes& attributes, const char* name) {
  return std::get<TextColumn>(find(attributes, name)->values);
}

const std::vector<double>& numbers(const Attributes& attributes, const char* name) {
  return std::get<std::vector<double>>(find(attributes, name)->values);
}

std::set<std::string> set_of(const TextColumn& column) {
  std::set<std::string> result;
  for (std::size_t i = 0; i < column.size(); ++i) result.emplace(column[i]);
  return result;
}

void expect_ascending(const TextColumn& column) {
  for (std::size_t i = 1; i < column.size(); ++i) ASSERT_LT(column[i - 1], column[i]);
}

// Columns in order of name, each as long as the table.
void expect_columns(const Attributes& attributes, std::size_t rows,
                    const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const Attribute& attribute : attributes) {
    found.push_back(attribute.name);
    std::visit([&](const auto& values) { EXPECT_EQ(values.size(), rows) << attribute.name; },
               attribute.values);
  }
  EXPECT_EQ(found, names);
}

// One generated world under check, with what can be derived from its tables alone.
class Checked {
 public:
  explicit Checked(const WorldSpec& spec)
      : spec_(spec),
        world_(generate_world(spec)),
        truth_(*world_.truth),
        first_(spec.size.end - days_rep{static_cast<int>(spec.size.days) - 1}),
        roots_(tree_roots(world_.accounts.parents)) {}

  const World& world() const { return world_; }

  void expect_all() const {
    expect_accounts();
    expect_people();
    expect_groups();
    expect_members();
    expect_outcomes();
    expect_log();
    expect_makers();
    expect_faults();
    expect_truth();
  }

  // Largest number of rows of one type by a bot on one day; 0 without bots.
  std::uint64_t busiest_bot_day() const {
    std::uint64_t most = 0;
    for (const auto& [key, rows] : bot_days()) most = std::max(most, rows);
    return most;
  }

  // Rows by (person, day, type) of bots, duplicates not.
  std::map<std::tuple<std::size_t, Day, ActivityTypeId>, std::uint64_t> bot_days() const {
    std::map<std::tuple<std::size_t, Day, ActivityTypeId>, std::uint64_t> rows;
    for_each_row([&](std::size_t p, std::size_t i, RowOrigin origin) {
      if (origin.maker() == RowMaker::bot && !origin.is_duplicate())
        ++rows[{p, world_.activities.times[i].utc_day(), world_.activities.types[i]}];
    });
    return rows;
  }

 private:
  template <class Visit>
  void for_each_row(Visit visit) const {
    for (std::size_t p = 0; p < world_.people.size(); ++p)
      for (std::size_t i = world_.activities.offsets[p]; i < world_.activities.offsets[p + 1]; ++i)
        visit(p, i, RowOrigin(truth_.origin[i]));
  }

  void expect_accounts() const {
    const Accounts& a = world_.accounts;
    ASSERT_EQ(a.size(), spec_.size.accounts);
    ASSERT_EQ(a.parents.size(), a.size());
    expect_ascending(a.ids);
    std::vector<std::uint64_t> level(a.size(), 1);
    std::map<AccountId, std::uint64_t> family;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ++family[roots_[i]];
      if (!a.parents[i]) continue;
      ASSERT_LT(a.parents[i].index(), i);  // earlier: a forest
      level[i] = level[a.parents[i].index()] + 1;
    }
    EXPECT_LE(std::ranges::max(level), spec_.accounts.levels);
    for (const auto& [root, size] : family) EXPECT_LE(size, spec_.accounts.largest_family);
    for (std::size_t i = 1; i < a.size(); ++i)  // families stand side by side, roots first
      EXPECT_TRUE(roots_[i] == roots_[i - 1] || !a.parents[i]);
    expect_columns(a.attributes, a.size(),
                   {"country", "employees", "industry", "name", "products", "revenue"});
    for (const double employees : numbers(a.attributes, "employees")) {
      EXPECT_EQ(employees, std::floor(employees));
      EXPECT_GE(employees, static_cast<double>(spec_.accounts.fewest_employees));
      EXPECT_LE(employees, static_cast<double>(spec_.accounts.most_employees));
    }
    for (const double revenue : numbers(a.attributes, "revenue")) EXPECT_GE(revenue, 0);
    for (std::size_t i = 0; i < a.size(); ++i)  // of the family
      EXPECT_EQ(texts(a.attributes, "industry")[i],
                texts(a.attributes, "industry")[roots_[i].index()]);
  }

  void expect_people() const {
    const People& p = world_.people;
    ASSERT_EQ(p.size(), spec_.size.people);
    ASSERT_EQ(p.accounts.size(), p.size());
    expect_ascending(p.ids);
    EXPECT_TRUE(std::ranges::is_sorted(p.accounts));
    std::vector<std::uint64_t> contacts(world_.accounts.size(), 0);
    for (const AccountId account : p.accounts) ++contacts.at(account.index());
    if (spec_.size.people >= spec_.size.accounts) {
      EXPECT_GE(std::ranges::min(contacts), 1u);
    }
    expect_columns(p.attributes, p.size(),
                   {"country", "department", "email_status", "employment", "seniority", "title",
                    "unsubscribed"});
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_EQ(texts(p.attributes, "title")[i].find('{'), std::string_view::npos);
      EXPECT_NE(texts(p.attributes, "title")[i], "");
    }
  }

  void expect_groups() const {
    const Groups& g = world_.groups;
    EXPECT_EQ(world_.solutions.size(), spec_.solutions.size());
    EXPECT_EQ(world_.roles.size(), spec_.roles.size());
    expect_ascending(world_.solutions);
    expect_ascending(world_.roles);
    expect_ascending(g.ids);
    ASSERT_EQ(g.accounts.size(), g.size());
    ASSERT_EQ(g.solutions.size(), g.size());
    ASSERT_EQ(g.created.size(), g.size());
    expect_columns(g.attributes, g.size(), {"name"});
    std::set<std::pair<AccountId, SolutionId>> seen;
    for (std::size_t i = 0; i < g.size(); ++i) {
      EXPECT_TRUE(seen.emplace(g.accounts[i], g.solutions[i]).second);
      EXPECT_TRUE(g.created[i].is_date_only());
      EXPECT_LE(g.created[i].utc_day(), spec_.size.end);
      if (is_whole(i)) {
        EXPECT_FALSE(world_.accounts.parents[g.accounts[i].index()]);
      }
    }
    for (const auto& solution : spec_.solutions)
      if (solution.share == 1) {
        expect_every_candidate_account(solution);
      }
  }

  bool is_whole(std::size_t group) const {
    const std::string_view name = world_.solutions[world_.groups.solutions[group].index()];
    return std::ranges::find(spec_.solutions, name, &WorldSpec::Solution::name)->level == "company";
  }

  // A solution that everybody buys has a group wherever there are people.
  void expect_every_candidate_account(const WorldSpec::Solution& solution) const {
    std::set<AccountId> want, got;
    for (const AccountId account : world_.people.accounts)
      want.insert(solution.level == "company" ? roots_[account.index()] : account);
    for (std::size_t g = 0; g < world_.groups.size(); ++g)
      if (world_.solutions[world_.groups.solutions[g].index()] == solution.name)
        got.insert(world_.groups.accounts[g]);
    EXPECT_EQ(got, want) << solution.name;
  }

  void expect_members() const {
    const Memberships& m = world_.members;
    ASSERT_EQ(m.offsets.size(), world_.groups.size() + 1);
    ASSERT_EQ(m.offsets.back(), m.size());
    for (const std::size_t n : {m.roles.size(), m.sources.size(), m.since.size(), m.until.size()})
      ASSERT_EQ(n, m.size());
    for (std::size_t g = 0; g < world_.groups.size(); ++g) {
      const Day created = world_.groups.created[g].utc_day();
      const Day last = world_.outcomes.outcome[g] == Outcome::open
                           ? spec_.size.end
                           : world_.outcomes.date[g].utc_day() - days_rep{1};
      for (std::uint64_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i) {
        if (i > m.offsets[g]) {  // sorted, and nobody twice in a role
          EXPECT_LT(std::pair(m.people[i - 1], m.roles[i - 1]), std::pair(m.people[i], m.roles[i]));
        }
        const AccountId at = world_.people.accounts[m.people[i].index()];
        EXPECT_EQ(is_whole(g) ? roots_[at.index()] : at, world_.groups.accounts[g]);
        EXPECT_LT(m.roles[i].index(), world_.roles.size());
        for (const Timestamp t : {m.since[i], m.until[i]}) {
          if (t.is_missing()) continue;
          EXPECT_TRUE(t.is_date_only());
          EXPECT_GE(t.utc_day(), created);
          EXPECT_LE(t.utc_day(), last);
        }
        if (!m.since[i].is_missing() && !m.until[i].is_missing()) {
          EXPECT_LE(m.since[i], m.until[i]);
        }
      }
    }
    expect_chances_that_are_sure();
  }

  void expect_chances_that_are_sure() const {
    const Memberships& m = world_.members;
    for (const auto& role : spec_.roles)
      for (std::size_t g = 0; g < world_.groups.size(); ++g) {
        const auto in_role =
            std::count_if(m.roles.begin() + static_cast<std::ptrdiff_t>(m.offsets[g]),
                          m.roles.begin() + static_cast<std::ptrdiff_t>(m.offsets[g + 1]),
                          [&](RoleId r) { return world_.roles[r.index()] == role.name; });
        if (role.missing == 1) {
          EXPECT_EQ(in_role, 0) << role.name;
        }
        if (role.missing == 0) {
          EXPECT_GE(in_role, 1) << role.name;
        }
        if (role.members == 1) {
          EXPECT_LE(in_role, 1) << role.name;
        }
      }
    for (std::size_t i = 0; i < m.size(); ++i) {
      if (spec_.groups.leavers == 1 || spec_.groups.leavers == 0) {
        EXPECT_EQ(m.until[i].is_missing(), spec_.groups.leavers == 0);
      }
      if (spec_.groups.dated_members == 1 || spec_.groups.dated_members == 0) {
        EXPECT_EQ(m.since[i].is_missing(), spec_.groups.dated_members == 0);
      }
    }
  }

  void expect_outcomes() const {
    const Outcomes& o = world_.outcomes;
    const std::size_t n = world_.groups.size();
    ASSERT_EQ(o.outcome.size(), n);
    ASSERT_EQ(o.date.size(), n);
    ASSERT_EQ(o.value.size(), n);
    for (std::size_t g = 0; g < n; ++g) {
      EXPECT_NE(o.outcome[g], Outcome::none);
      const bool open = o.outcome[g] == Outcome::open;
      EXPECT_EQ(o.date[g].is_missing(), open);
      EXPECT_EQ(std::isnan(o.value[g]), open);
      EXPECT_EQ(std::isnan(truth_.score[g]), open);
      EXPECT_EQ(std::isnan(truth_.probability[g]), open);
      if (open) continue;
      EXPECT_TRUE(o.date[g].is_date_only());
      EXPECT_LT(world_.groups.created[g], o.date[g]);
      EXPECT_GE(o.date[g].utc_day(), first_);
      EXPECT_LE(o.date[g].utc_day(), spec_.size.end);
      // A whole window lies before, or half of a short log.
      EXPECT_GE((o.date[g].utc_day() - first_).count(),
                std::min<int>(static_cast<int>(spec_.outcome.window_days),
                              static_cast<int>(spec_.size.days) / 2));
      EXPECT_GE(o.value[g], 0);
      EXPECT_EQ(o.value[g], std::floor(o.value[g]));
      EXPECT_GE(truth_.probability[g], 0);  // 0 and 1 where there is next to no noise
      EXPECT_LE(truth_.probability[g], 1);
    }
    if (spec_.groups.open == 0 || spec_.groups.open == 1) {
      EXPECT_EQ(std::ranges::count(o.outcome, Outcome::open),
                spec_.groups.open == 1 ? static_cast<std::ptrdiff_t>(n) : 0);
    }
  }

  void expect_log() const {
    const ActivityLog& log = world_.activities;
    ASSERT_EQ(log.offsets.size(), world_.people.size() + 1);
    ASSERT_EQ(log.offsets.front(), 0u);
    ASSERT_EQ(log.offsets.back(), log.size());
    ASSERT_EQ(log.types.size(), log.size());
    EXPECT_TRUE(log.counts.empty());
    EXPECT_TRUE(log.attributes.empty());
    const Timestamp opens(Instant{first_}), closes(Instant{spec_.size.end + days_rep{1}});
    std::vector<std::uint64_t> rows(log.type_names.size(), 0);
    for_each_row([&](std::size_t p, std::size_t i, RowOrigin) {
      if (i > log.offsets[p]) {
        ASSERT_LE(std::pair(log.times[i - 1], log.types[i - 1]),
                  std::pair(log.times[i], log.types[i]));
      }
      ASSERT_GE(log.times[i], opens);
      ASSERT_LT(log.times[i], closes);
      ASSERT_EQ(log.times[i].bits() % 2'000'000, 0) << "a whole second, no date alone";
      ++rows.at(log.types[i].index());
    });
    for (const std::uint64_t n : rows) EXPECT_GT(n, 0u);  // every name occurs
    expect_ascending(log.type_names);
  }

  unsigned weekday(std::size_t row) const {  // 0: Monday
    return std::chrono::weekday{std::chrono::sys_days{world_.activities.times[row].utc_day()}}
               .iso_encoding() -
           1;
  }

  void expect_makers() const {
    const ActivityLog& log = world_.activities;
    for_each_row([&](std::size_t p, std::size_t i, RowOrigin origin) {
      const std::uint8_t kind = truth_.person_kind[p];
      const std::string_view type = log.type_names[log.types[i].index()];
      switch (origin.maker()) {
        case RowMaker::person: {
          EXPECT_EQ(kind & quiet_person, 0);
          EXPECT_GT(spec_.activity.weekdays[weekday(i)], 0);
          const auto hour = std::chrono::floor<std::chrono::hours>(log.times[i].instant() -
                                                                   Instant{log.times[i].utc_day()});
          EXPECT_GT(spec_.activity.hours[static_cast<std::size_t>(hour.count())], 0);
          break;
        }
        case RowMaker::burst:
          EXPECT_EQ(kind & quiet_person, 0);
          EXPECT_GT(spec_.activity.branching, 0);
          break;
        case RowMaker::client:
          EXPECT_NE(kind & prefetched_person, 0);
          EXPECT_EQ(type, spec_.machines.opened_type);
          break;
        case RowMaker::bot:
          EXPECT_NE(kind & bot_person, 0);
          EXPECT_TRUE(type == spec_.machines.opened_type || type == spec_.machines.followed_type);
          EXPECT_LT(weekday(i), 5u);
          break;
      }
    });
    for (std::size_t p = 0; p < world_.people.size(); ++p) {
      const bool quiet = (truth_.person_kind[p] & quiet_person) != 0;
      if (quiet) {
        EXPECT_EQ(truth_.person_rate[p], 0);
      }
      EXPECT_GE(truth_.person_rate[p], 0);
      EXPECT_LE(truth_.person_kind[p], 7);
      const auto expect_kind = [&](double chance, PersonKind bit) {
        if (chance == 0 || chance == 1) {
          EXPECT_EQ((truth_.person_kind[p] & bit) != 0, chance == 1);
        }
      };
      expect_kind(spec_.activity.quiet, quiet_person);
      expect_kind(spec_.machines.bots, bot_person);
      expect_kind(spec_.machines.prefetching, prefetched_person);
    }
    if (spec_.size.activities == 0) {
      EXPECT_EQ(log.size(), 0u);
    }
  }

  void expect_faults() const {
    const ActivityLog& log = world_.activities;
    ASSERT_EQ(truth_.origin.size(), log.size());
    ASSERT_EQ(truth_.late_rows.size(), truth_.late_arrivals.size());
    std::vector<std::uint64_t> late;
    for_each_row([&](std::size_t p, std::size_t i, RowOrigin origin) {
      if (origin.is_late()) late.push_back(i);
      if (!origin.is_duplicate()) return;
      EXPECT_FALSE(origin.is_late());
      ASSERT_GT(i, log.offsets[p]);  // its twin stands before it
      EXPECT_EQ(truth_.origin[i - 1], origin.bits() & ~RowOrigin::duplicate_bit);
      EXPECT_EQ(log.times[i - 1], log.times[i]);
      EXPECT_EQ(log.types[i - 1], log.types[i]);
    });
    EXPECT_EQ(late, truth_.late_rows);
    for (std::size_t k = 0; k < late.size(); ++k) {
      EXPECT_GE(truth_.late_arrivals[k], log.times[late[k]]);
      EXPECT_EQ(truth_.late_arrivals[k].bits() % 2'000'000, 0);
    }
    const auto duplicates = std::ranges::count_if(
        truth_.origin, [](std::uint8_t bits) { return RowOrigin(bits).is_duplicate(); });
    if (spec_.rows.late == 0) {
      EXPECT_TRUE(late.empty());
    }
    if (spec_.rows.duplicates == 0) {
      EXPECT_EQ(duplicates, 0);
    }
  }

  void expect_truth() const {
    const std::size_t groups = world_.groups.size(), people = world_.people.size();
    ASSERT_EQ(truth_.roles.size(), spec_.roles.size());
    ASSERT_EQ(truth_.role_influence.size(), spec_.roles.size());
    for (std::size_t r = 0; r < spec_.roles.size(); ++r) {  // in the template's order
      EXPECT_EQ(truth_.roles[r], spec_.roles[r].name);
      EXPECT_EQ(truth_.role_influence[r], spec_.roles[r].influence);
    }
    ASSERT_EQ(truth_.types.size(), spec_.types.size());
    ASSERT_EQ(truth_.type_influence.size(), spec_.types.size());
    expect_ascending(truth_.types);
    for (std::size_t t = 0; t < truth_.types.size(); ++t)
      EXPECT_EQ(truth_.type_influence[t],
                std::ranges::find(spec_.types, truth_.types[t], &WorldSpec::Type::name)->influence);
    const auto known = set_of(truth_.types), occurred = set_of(world_.activities.type_names);
    EXPECT_TRUE(std::ranges::includes(known, occurred));
    EXPECT_EQ(truth_.intent.size(), groups);
    EXPECT_EQ(truth_.score.size(), groups);
    EXPECT_EQ(truth_.probability.size(), groups);
    EXPECT_EQ(truth_.person_rate.size(), people);
    EXPECT_EQ(truth_.person_kind.size(), people);
    EXPECT_EQ(static_cast<std::uint64_t>(truth_.window_days), spec_.outcome.window_days);
    EXPECT_EQ(truth_.daily_cap, spec_.outcome.daily_cap);
    EXPECT_EQ(truth_.half_life_days, spec_.outcome.half_life_days);
    EXPECT_EQ(to_toml(parse_world_spec(truth_.specification, "truth", {}), Comments::none),
              to_toml(spec_, Comments::none));
  }

  const WorldSpec& spec_;
  World world_;
  const Truth& truth_;
  Day first_;
  std::vector<AccountId> roots_;
};

TEST(GenerateWorld, KeepsItsPromisesInSmallWorlds) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    const WorldSpec spec = small_spec(seed);
    const Checked checked(spec);
    checked.expect_all();
    const World& world = checked.world();
    EXPECT_EQ(world.activities.type_names.size(), 34u);
    EXPECT_GT(world.groups.size(), 100u);
    EXPECT_FALSE(world.truth->late_rows.empty());
  }
}

TEST(GenerateWorld, KeepsItsPromisesAtTheEdges) {
  std::size_t groups = 0, rows = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const WorldSpec spec = random_spec(seed);
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const Checked checked(spec);
    checked.expect_all();
    groups += checked.world().groups.size();
    rows += checked.world().activities.size();
    ASSERT_FALSE(HasFailure()) << to_toml(spec, Comments::none);
  }
  EXPECT_GT(groups, 3'000u);
  EXPECT_GT(rows, 100'000u);
}

// More people than are written in one wave.
TEST(GenerateWorld, KeepsItsPromisesInSeveralWaves) {
  WorldSpec spec = testing::sized_spec(6, 4'000, 42'000, 80'000, 20);
  spec.machines.bots = .001;
  spec.rows.duplicates = spec.rows.late = .05;
  const Checked checked(spec);
  checked.expect_all();
}

// Bots press against a cap of 20; people hardly do.
TEST(GenerateWorld, BotsGoFarBeyondACap) {
  WorldSpec spec = small_spec(3);
  spec.machines.bots = .01;
  const Checked checked(spec);
  const auto days = checked.bot_days();
  ASSERT_GT(days.size(), 10u);
  for (const auto& [key, rows] : days) EXPECT_GT(rows, 20u);
  spec.machines.bots = 0;
  EXPECT_EQ(Checked(spec).busiest_bot_day(), 0u);
}

// Where every chance is none or all, and nothing is left to draw but times.
TEST(GenerateWorld, FollowsWhatLeavesNoChoice) {
  WorldSpec spec = small_spec(1);
  spec.size.accounts = 20;
  spec.accounts.largest_family = 1;
  spec.accounts.industries = {{"Baking", 1}, {"Nothing", 0}};
  spec.accounts.countries = {{"NL", 3}};
  spec.accounts.fewest_employees = spec.accounts.most_employees = 42;
  spec.accounts.revenue_spread = 0;
  spec.accounts.revenue_per_employee = 1'000;
  spec.accounts.owns_product = 1;
  spec.people = {.contractors = 1, .abroad = 0, .invalid_email = 1, .unsubscribed = 0};
  spec.personas = {{"Anyone", 1, 1, {"{specialist} of {department}, next to the {chief}"}, {}}};
  spec.departments = {{"Ovens", 1, "Chief Baker", {"Apprentice"}}};
  spec.roles = {{.name = "Taster", .from = "Anyone", .to = "Anyone", .department = "own"}};
  spec.solutions = {{"Yeast", "company", "Ovens", 1}, {"Flour", "division", "Ovens", 1}};
  spec.groups.sources = {{"journey", 1}};
  spec.groups.deal_spread = 0;
  const World world = generate_world(spec);
  const auto all = [](const TextColumn& column, std::string_view text) {
    for (std::size_t i = 0; i < column.size(); ++i)
      if (column[i] != text) return false;
    return !column.empty();
  };
  EXPECT_TRUE(all(texts(world.accounts.attributes, "industry"), "Baking"));
  EXPECT_TRUE(all(texts(world.accounts.attributes, "country"), "NL"));
  EXPECT_TRUE(all(texts(world.accounts.attributes, "products"), "Yeast;Flour"));
  EXPECT_EQ(numbers(world.accounts.attributes, "employees"), std::vector<double>(20, 42));
  EXPECT_EQ(numbers(world.accounts.attributes, "revenue"), std::vector<double>(20, 42'000));
  EXPECT_TRUE(all(texts(world.people.attributes, "country"), "NL"));
  EXPECT_TRUE(all(texts(world.people.attributes, "employment"), "contractor"));
  EXPECT_TRUE(all(texts(world.people.attributes, "email_status"), "invalid"));
  EXPECT_TRUE(all(texts(world.people.attributes, "unsubscribed"), "no"));
  EXPECT_TRUE(
      all(texts(world.people.attributes, "title"), "Apprentice of Ovens, next to the Chief Baker"));
  EXPECT_EQ(world.groups.size(), 40u);  // each account, a family of its own, buys both
  EXPECT_EQ(world.members.size(), 40u);
  for (const MemberSource source : world.members.sources) EXPECT_EQ(source, MemberSource::journey);
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    EXPECT_TRUE(std::isnan(world.outcomes.value[g]) || world.outcomes.value[g] == 60'000);
}

// Seniority first, then department; people who already have a role come last.
TEST(GenerateWorld, FillsRolesWithTheNearestPeople) {
  WorldSpec spec = small_spec(2);
  for (auto& solution : spec.solutions) solution.level = "division";
  for (auto& role : spec.roles) role.missing = 0;
  const World world = generate_world(spec);
  const TextColumn& seniority = texts(world.people.attributes, "seniority");
  const TextColumn& department = texts(world.people.attributes, "department");
  const auto rank = [&](std::string_view persona) {
    return std::ranges::find(spec.personas, persona, &WorldSpec::Persona::name) -
           spec.personas.begin();
  };
  const WorldSpec::Role& first = spec.roles.front();  // chooses before the others
  std::size_t seen = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const auto solution =
        std::ranges::find(spec.solutions, world.solutions[world.groups.solutions[g].index()],
                          &WorldSpec::Solution::name);
    const auto distance = [&](std::size_t person) {
      const auto at = rank(seniority[person]);
      const auto off = std::max({rank(first.from) - at, at - rank(first.to), std::ptrdiff_t{0}});
      return 4 * off + (department[person] == solution->department ? 0 : 2);
    };
    std::set<std::size_t> chosen;
    for (std::uint64_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m)
      if (world.roles[world.members.roles[m].index()] == first.name)
        chosen.insert(world.members.people[m].index());
    ASSERT_FALSE(chosen.empty());
    std::ptrdiff_t farthest = 0, nearest_left = 1'000;
    for (std::size_t p = 0; p < world.people.size(); ++p)
      if (world.people.accounts[p] == world.groups.accounts[g]) {
        if (chosen.contains(p))
          farthest = std::max(farthest, distance(p));
        else
          nearest_left = std::min(nearest_left, distance(p));
      }
    EXPECT_LE(farthest, nearest_left);
    ++seen;
  }
  EXPECT_GT(seen, 100u);
}

// Nobody has a second role before everybody has one.
TEST(GenerateWorld, SpreadsRolesOverTheCandidates) {
  WorldSpec spec = small_spec(3);
  for (auto& solution : spec.solutions) solution.level = "division";
  for (auto& role : spec.roles) {
    role.missing = 0;
    role.members = 1;
    role.from = "Executive", role.to = "Specialist";
    role.department = "any";
  }
  const World world = generate_world(spec);
  std::vector<std::size_t> candidates(world.accounts.size(), 0);
  for (const AccountId account : world.people.accounts) ++candidates[account.index()];
  std::size_t ample = 0, scarce = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    std::map<PersonId, std::size_t> roles;
    for (std::uint64_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m)
      ++roles[world.members.people[m]];
    const std::size_t pool = candidates[world.groups.accounts[g].index()];
    EXPECT_EQ(roles.size(), std::min(pool, spec.roles.size()));
    ++(pool >= spec.roles.size() ? ample : scarce);
  }
  EXPECT_GT(ample, 20u);
  EXPECT_GT(scarce, 5u);
}

TEST(GenerateWorld, RefusesWhatItCannotMake) {
  WorldSpec spec = small_spec(1);
  spec.machines.opened_type = "Fax";
  EXPECT_THROW(generate_world(spec), InputError);
  EXPECT_THROW(plan_world(spec, 2), InputError);
}

// More names than a byte counts.
TEST(GenerateWorld, UsesEveryTitle) {
  WorldSpec spec = small_spec(1);
  spec.personas.resize(1);
  spec.personas[0].titles.clear();
  for (int i = 0; i < 300; ++i) spec.personas[0].titles.push_back(std::to_string(i));
  for (auto& role : spec.roles) role.from = role.to = spec.personas[0].name;
  spec.size.people = 20'000;
  EXPECT_EQ(set_of(texts(generate_world(spec).people.attributes, "title")).size(), 300u);
}

TEST(PlanWorld, ForeseesTheGroups) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    WorldSpec spec = small_spec(seed);
    spec.size.accounts = 2'000;
    spec.size.people = 20'000;
    for (const std::uint64_t levels : {1, 5}) {
      spec.accounts.levels = levels;
      const auto plan = plan_world(spec, 2);
      const auto groups = static_cast<double>(generate_world(spec).groups.size());
      EXPECT_NEAR(static_cast<double>(plan.groups), groups, 4 * std::sqrt(groups));
      EXPECT_EQ(plan.people, 20'000u);
    }
  }
}

struct Counter : Progress {
  std::atomic<std::uint64_t> done = 0;
  std::uint64_t total = 0;
  int ends = 0;
  void begin(std::string_view, std::uint64_t n, std::string_view) override { total = n; }
  void advance(std::uint64_t n) override { done += n; }
  void end() override { ++ends; }
};

TEST(GenerateWorld, TellsItsProgress) {
  Counter counter;
  generate_world(small_spec(1), &counter);
  EXPECT_EQ(counter.total, 2'000u);
  EXPECT_EQ(counter.done, 2'000u);
  EXPECT_EQ(counter.ends, 1);
}

}  // namespace
}  // namespace rolecall
