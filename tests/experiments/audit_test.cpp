#include "experiments/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::small_spec;
using ::testing::StartsWith;

std::vector<std::string> beyond(const World& world) {
  std::vector<std::string> quantities;
  for (const AuditRow& row : audit(world, "world"))
    if (!row.is_within()) quantities.push_back(row.quantity);
  return quantities;
}

TEST(AuditRow, IsWithinItsTolerance) {
  EXPECT_TRUE((AuditRow{"", "", 5, 5, 0}.is_within()));
  EXPECT_TRUE((AuditRow{"", "", 5, 4, 1}.is_within()));
  EXPECT_TRUE((AuditRow{"", "", 5, 6, 1}.is_within()));
  EXPECT_FALSE((AuditRow{"", "", 5, 6.1, 1}.is_within()));
  EXPECT_FALSE((AuditRow{"", "", 5, 3.9, 1}.is_within()));
}

// Four deviations: of some two thousand figures, about one in ten such runs has one beyond.
TEST(Audit, FindsNothingInWhatWasGenerated) {
  std::vector<std::string> all;
  std::size_t rows = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const World world = generate_world(small_spec(seed));
    rows += audit(world, "world").size();
    for (const std::string& quantity : beyond(world)) all.push_back(quantity);
  }
  EXPECT_GT(rows, 1'700u);
  EXPECT_LE(all.size(), 1u) << ::testing::PrintToString(all);
}

// Nothing in worlds that are odd, but make the figures that their specification asks for.
TEST(Audit, FindsNothingInOddWorlds) {
  const std::vector<std::function<void(WorldSpec&)>> odd{
      [](WorldSpec& s) { s.accounts.levels = 1; },
      [](WorldSpec& s) { s.size.days = 7, s.outcome.window_days = 2; },
      [](WorldSpec& s) { s.machines.bots = .02, s.machines.bot_rows = .3; },
      [](WorldSpec& s) { s.machines.bots = 0; },
      [](WorldSpec& s) { s.rows.late = .3, s.rows.duplicates = .2; },
      [](WorldSpec& s) { s.activity.branching = 0; },
      [](WorldSpec& s) { s.activity.branching = .8, s.activity.burst_hours = .1; },
      [](WorldSpec& s) { s.groups.open = 1; },
      [](WorldSpec& s) { s.groups.open = 0, s.groups.cycle_spread = 0; },
      [](WorldSpec& s) { s.activity.weekdays = {1, 1, 1, 1, 1, 0, 0}; },
      [](WorldSpec& s) { s.activity.purchase_lift = 0; },
      [](WorldSpec& s) { s.size.activities = 0; },
      [](WorldSpec& s) { s.machines.machine_opens = 0, s.machines.prefetching = 0; },
      [](WorldSpec& s) { s.machines.prefetching = 0; },
      [](WorldSpec& s) { s.activity.dispersion = 1'000; },
      [](WorldSpec& s) { s.activity.dispersion = .3; },
      [](WorldSpec& s) { s.machines.bots = .01, s.machines.bot_acts = 2; }};
  std::vector<std::string> all;
  for (std::size_t i = 0; i < odd.size(); ++i) {
    WorldSpec spec = small_spec(100 + i);
    odd[i](spec);
    for (const std::string& quantity : beyond(generate_world(spec)))
      all.push_back(std::to_string(i) + ": " + quantity);
  }
  EXPECT_LE(all.size(), 1u) << ::testing::PrintToString(all);
}

// Tiny worlds have too few of everything for chance to be normal, but figures they have.
TEST(Audit, HasFiguresAtTheEdges) {
  std::size_t rows = 0, off = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    for (const AuditRow& row : audit(generate_world(testing::random_spec(seed)), "world")) {
      EXPECT_TRUE(std::isfinite(row.asked) && std::isfinite(row.made)) << row.quantity;
      EXPECT_TRUE(row.tolerance >= 0 && std::isfinite(row.tolerance)) << row.quantity;
      ++rows;
      off += !row.is_within();
    }
  }
  EXPECT_GT(rows, 10'000u);
  EXPECT_LT(off, rows / 50);
}

struct Tampering {
  const char* quantity;  // what it shows in; the beginning of its name
  std::function<void(World&)> apply;
};

void remove_members(World& world, const std::function<bool(std::size_t)>& is_removed) {
  Memberships& m = world.members;
  Memberships kept;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    for (auto i = m.offsets[g]; i < m.offsets[g + 1]; ++i) {
      if (is_removed(i)) continue;
      kept.people.push_back(m.people[i]);
      kept.roles.push_back(m.roles[i]);
      kept.sources.push_back(m.sources[i]);
      kept.since.push_back(m.since[i]);
      kept.until.push_back(m.until[i]);
    }
    kept.offsets.push_back(kept.people.size());
  }
  m = std::move(kept);
}

template <class T>
T& column(Attributes& attributes, const char* name) {
  return std::get<T>(std::ranges::find(attributes, name, &Attribute::name)->values);
}

void fill(Attributes& attributes, const char* name, const char* text) {
  auto& texts = column<TextColumn>(attributes, name);
  texts = TextColumn(std::vector<std::string>(texts.size(), text));
}

// Another specification than the world was made from.
void ask_for(World& world, const std::string& was, const std::string& is) {
  std::string& text = world.truth->specification;
  ASSERT_NE(text.find(was), text.npos);
  text.replace(text.find(was), was.size(), is);
}

void clear_bits(Truth& truth, std::uint8_t bits) {
  for (std::uint8_t& origin : truth.origin) origin &= static_cast<std::uint8_t>(~bits);
}

TEST(Audit, FlagsWhatWasTamperedWith) {
  const auto move_all = [](auto step) {
    return [step](World& w) {
      for (Timestamp& t : w.activities.times) t = Timestamp(t.instant() + step);
    };
  };
  const std::vector<Tampering> tamperings{
      {"acts on Saturday", move_all(std::chrono::days{1})},
      {"acts from 0:00 to 6:00", move_all(std::chrono::hours{12})},
      {"base rate",
       [](World& w) {
         for (Outcome& o : w.outcomes.outcome)
           o = o == Outcome::won ? Outcome::lost : o == Outcome::lost ? Outcome::won : o;
       }},
      {"groups: open", [](World& w) { std::ranges::fill(w.outcomes.outcome, Outcome::open); }},
      {"missing: Practitioner",
       [](World& w) { remove_members(w, [](std::size_t i) { return i % 2 == 0; }); }},
      {"members: Decision Maker",
       [](World& w) {  // of each that has one, once more
         const Memberships m = w.members;
         w.members = {};
         for (std::size_t g = 0; g < w.groups.size(); ++g) {
           for (auto i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
             for (int twice = 0; twice < 2; ++twice) {
               w.members.people.push_back(m.people[i]);
               w.members.roles.push_back(m.roles[i]);
               w.members.sources.push_back(m.sources[i]);
               w.members.since.push_back(m.since[i]);
               w.members.until.push_back(m.until[i]);
             }
           w.members.offsets.push_back(w.members.people.size());
         }
       }},
      {"memberships with a first day",
       [](World& w) { std::ranges::fill(w.members.since, Timestamp{}); }},
      {"memberships with a last day", [](World& w) { w.members.until = w.members.since; }},
      {"duplicates", [](World& w) { clear_bits(*w.truth, RowOrigin::duplicate_bit); }},
      {"late rows", [](World& w) { clear_bits(*w.truth, RowOrigin::late_bit); }},
      {"late by",
       [](World& w) {
         for (Timestamp& t : w.truth->late_arrivals)
           t = Timestamp(t.instant() + std::chrono::days{3});
       }},
      {"branching", [](World& w) { clear_bits(*w.truth, 1); }},
      {"Open Email: made by mail clients",
       [](World& w) {
         for (std::uint8_t& origin : w.truth->origin)
           if (RowOrigin(origin).maker() == RowMaker::client) origin &= 12;
       }},
      {"rows of bots",
       [](World& w) {
         for (std::size_t i = 0; i < w.truth->origin.size(); i += 2)
           if (RowOrigin(w.truth->origin[i]).is_human()) w.truth->origin[i] |= 3;
       }},
      {"acts: Click Email",
       [](World& w) {  // half of the opens are clicks instead
         for (std::size_t i = 0; i < w.activities.size(); i += 2)
           if (w.activities.type_names[w.activities.types[i].index()] == "Open Email")
             w.activities.types[i] = ActivityTypeId{4};
       }},
      {"people: quiet", [](World& w) { std::ranges::fill(w.truth->person_kind, std::uint8_t{1}); }},
      {"people: bots", [](World& w) { std::ranges::fill(w.truth->person_kind, std::uint8_t{2}); }},
      {"people: Executive", [](World& w) { fill(w.people.attributes, "seniority", "Executive"); }},
      {"people: Sales", [](World& w) { fill(w.people.attributes, "department", "Sales"); }},
      {"people: contractors",
       [](World& w) { fill(w.people.attributes, "employment", "employee"); }},
      {"accounts of at most 200 employees",
       [](World& w) {
         for (double& e : column<std::vector<double>>(w.accounts.attributes, "employees")) e *= 10;
       }},
      {"families of at most 1",
       [](World& w) { std::ranges::fill(w.accounts.parents, AccountId{}); }},
      {"accounts below the last level",
       [](World& w) {  // a chain
         for (std::size_t a = 1; a < w.accounts.size(); ++a)
           w.accounts.parents[a] = AccountId{a - 1};
       }},
      {"country: US", [](World& w) { fill(w.accounts.attributes, "country", "US"); }},
      {"industry: Retail", [](World& w) { fill(w.accounts.attributes, "industry", "Retail"); }},
      {"products owned", [](World& w) { fill(w.accounts.attributes, "products", "A;B;C"); }},
      {"revenue per employee",
       [](World& w) {
         for (double& r : column<std::vector<double>>(w.accounts.attributes, "revenue")) r *= 2;
       }},
      {"accounts with other contacts",
       [](World& w) { std::ranges::fill(w.people.accounts, AccountId{0}); }},
      {"deal values",
       [](World& w) {
         for (double& v : w.outcomes.value) v *= 3;
       }},
      {"cycles of at most 90 days",
       [](World& w) {
         for (Timestamp& t : w.groups.created) t = Timestamp(t.utc_day() - days_rep{60});
       }},
      {"groups: Field Service",
       [](World& w) { std::ranges::fill(w.groups.solutions, SolutionId{0}); }},
      {"acts per expected one: people in no group",
       [](World& w) {
         for (double& rate : w.truth->person_rate) rate *= 1.2;
       }},
      {"acts per expected one: in a group of high intent",
       [](World& w) {
         for (double& intent : w.truth->intent) intent += 1;
       }},
      {"first act set off: of the same type",
       [](World& w) {  // each is of another type than what set it off
         for (std::size_t i = 1; i < w.activities.size(); ++i)
           if (RowOrigin(w.truth->origin[i]).maker() == RowMaker::burst)
             w.activities.types[i] = ActivityTypeId{(w.activities.types[i - 1].index() + 1) % 34};
       }},
      {"dispersion", [](World& w) { ask_for(w, "dispersion = 0.8", "dispersion = 8"); }},
      {"acts of: Specialist", [](World& w) { ask_for(w, "rate = 0.6", "rate = 9"); }}};
  WorldSpec spec = small_spec(21);
  spec.size.people = 8'000;  // 40 in each account: enough for every role
  spec.people.contact_elasticity = 0;
  spec.size.activities = 60'000;
  spec.machines.bots = .01;
  const World whole = generate_world(spec);
  ASSERT_THAT(beyond(whole), ::testing::IsEmpty());
  for (const Tampering& tampering : tamperings) {
    World world = whole;
    tampering.apply(world);
    EXPECT_THAT(beyond(world), Contains(StartsWith(tampering.quantity)));
  }
}

// Nobody can make the rows that were asked for.
TEST(Audit, FlagsWhatCouldNotBeMade) {
  WorldSpec spec = small_spec(22);
  spec.activity.quiet = 1;
  EXPECT_THAT(beyond(generate_world(spec)), Contains("activities"));
}

TEST(Audit, SaysEachQuantityOnceWithWhatWasAsked) {
  const WorldSpec spec = small_spec(1);
  std::set<std::string> seen;
  for (const AuditRow& row : audit(generate_world(spec), "world")) {
    EXPECT_TRUE(seen.insert(row.quantity).second) << row.quantity;
    EXPECT_GE(row.tolerance, 0);
    EXPECT_TRUE(std::isfinite(row.made)) << row.quantity;
    if (row.quantity == "people") {
      EXPECT_EQ(row.asked, 2'000);
    }
    if (row.quantity == "base rate: won of the decided") {
      EXPECT_EQ(row.asked, .25);
    }
  }
  for (const auto& type : spec.types) EXPECT_TRUE(seen.contains("acts: " + type.name));
  for (const auto& role : spec.roles) EXPECT_TRUE(seen.contains("missing: " + role.name));
}

std::string complaint(const std::function<void(World&)>& apply) {
  World world = generate_world(small_spec(1));
  apply(world);
  try {
    audit(world, "mine.h5");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Audit, RefusesWorldsThatItCannotRead) {
  EXPECT_THAT(complaint([](World& w) { w.truth.reset(); }),
              AllOf(HasSubstr("mine.h5, truth"), HasSubstr("imported")));
  EXPECT_THAT(complaint([](World& w) { w.truth->specification = "x = = 1"; }),
              HasSubstr("mine.h5, line 1: this is not TOML"));
  EXPECT_THAT(complaint([](World& w) { w.truth->specification.clear(); }), HasSubstr("mine.h5"));
  EXPECT_THAT(complaint([](World& w) { w.people.attributes.clear(); }),
              HasSubstr("mine.h5, people/attributes/department: the column is missing"));
  EXPECT_THAT(complaint([](World& w) {
                std::ranges::find(w.accounts.attributes, "employees", &Attribute::name)->values =
                    TextColumn(std::vector<std::string>(w.accounts.size(), "many"));
              }),
              HasSubstr("mine.h5, accounts/attributes/employees"));
  EXPECT_EQ(complaint([](World& w) { w.people.accounts[7] = AccountId{}; }), "no error");
}

}  // namespace
}  // namespace rolecall
