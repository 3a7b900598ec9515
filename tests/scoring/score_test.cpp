#include "scoring/score.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "core/parallel.hpp"
#include "random_case.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;

const char* const as_of_days[] = {"2026-03-15", "2026-04-05", "2026-02-01",
                                  "2027-01-01", "outcome-7d", "created+10d"};

void expect_close(double got, double want) {
  if (std::isnan(want))
    EXPECT_TRUE(std::isnan(got));
  else
    EXPECT_NEAR(got, want, 1e-9 * std::max(1.0, std::abs(want)));
}

TEST(Score, AgreesWithTheReferenceOnRandomWorlds) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const World world = testing::crowded_world(seed);
    const Model model = testing::random_model(seed);
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    SCOPED_TRACE(::testing::Message() << "seed " << seed << "\n" << to_toml(model));
    const GroupScores got = score(world, model, as_of).groups;
    const GroupScores want = score_by_reference(world, model, as_of);
    ASSERT_EQ(got.group, want.group);
    EXPECT_EQ(got.as_of, want.as_of);
    EXPECT_EQ(got.members, want.members);
    EXPECT_EQ(got.missing, want.missing);
    EXPECT_EQ(got.template_of, want.template_of);
    for (std::size_t row = 0; row < got.size(); ++row) {
      expect_close(got.engagement[row], want.engagement[row]);
      expect_close(got.completeness[row], want.completeness[row]);
    }
    if (HasFailure()) break;
  }
}

TEST(Score, GivesTheSameBitsForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const World world = testing::crowded_world(seed);
    const Model model = testing::random_model(seed);
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    std::vector<std::uint64_t> first;
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const parallel::ThreadLimit limit(threads);
      std::vector<std::uint64_t> bits;
      for (const double v : score(world, model, as_of).groups.engagement)
        bits.push_back(std::bit_cast<std::uint64_t>(v));
      if (threads == 1) first = bits;
      EXPECT_EQ(bits, first) << "seed " << seed << ", threads " << threads;
    }
  }
}

// One account, one group of three roles with one person each; everything else as asked.
World world_of(std::vector<std::uint64_t> counts) {
  World world;
  world.accounts.ids.push_back("a");
  world.accounts.parents = {AccountId{}};
  world.solutions.push_back("s");
  world.roles = TextColumn(std::vector<std::string>{"A", "B", "C"});
  world.groups.ids.push_back("g");
  world.groups.accounts = {AccountId{0}};
  world.groups.solutions = {SolutionId{0}};
  world.groups.created = {Timestamp{}};
  world.outcomes = {{Outcome::none}, {Timestamp{}}, {std::nan("")}};
  world.members.offsets = {0, counts.size()};
  world.activities.type_names.push_back("visit");
  for (std::size_t p = 0; p < counts.size(); ++p) {
    world.people.ids.push_back(std::to_string(p));
    world.people.accounts.emplace_back();
    world.members.people.emplace_back(p);
    world.members.roles.emplace_back(p);
    world.members.sources.push_back(MemberSource::manual);
    world.members.since.emplace_back();
    world.members.until.emplace_back();
    world.activities.times.push_back(*parse_timestamp("2026-03-01"));
    world.activities.types.emplace_back(0);
    world.activities.counts.push_back(counts[p]);
    world.activities.offsets.push_back(p + 1);
  }
  return world;
}

Model three_roles() {
  return parse_model(R"(
    format = "rolecall.model/1"
    name = "three"
    daily_cap = "none"
    activities = { visit = 1 }
    [[template]]
    roles = [{ name = "A", weighting = "Vital" }, { name = "B", weighting = "Important" },
             { name = "C", weighting = "Normal" }]
  )",
                     "test");
}

TEST(Score, SharesOfRoles) {  // Vital, Important, Normal: 41.67 %, 33.33 %, 25 %
  const AsOf day = parse_as_of("2026-03-01");
  EXPECT_EQ(score(world_of({240, 0, 0}), three_roles(), day).groups.engagement[0], 100);
  EXPECT_EQ(score(world_of({0, 240, 0}), three_roles(), day).groups.engagement[0], 80);
  EXPECT_EQ(score(world_of({0, 0, 240}), three_roles(), day).groups.engagement[0], 60);
}

TEST(Score, StaysExactBeyond64Bits) {
  const std::uint64_t n = std::uint64_t{1} << 62;
  const auto scores = score(world_of({n, n, n}), three_roles(), parse_as_of("2026-03-01"));
  EXPECT_EQ(scores.groups.engagement[0], std::ldexp(1.0, 62));
}

TEST(Score, WindowIncludesTheAsOfDayAnd29Before) {
  const auto engagement = [](const char* day) {
    return score(world_of({12, 12, 12}), three_roles(), parse_as_of(day)).groups.engagement[0];
  };
  EXPECT_EQ(engagement("2026-02-28"), 0);
  EXPECT_EQ(engagement("2026-03-01"), 12);
  EXPECT_EQ(engagement("2026-03-30"), 12);
  EXPECT_EQ(engagement("2026-03-31"), 0);
}

TEST(Score, SaysWhatCountsNowhere) {
  const World world = world_of({1, 1, 1});
  Model model = three_roles();
  model.activities[0].name = "other";
  model.templates[0].roles.pop_back();
  const Scores scores = score(world, model, parse_as_of("2030-01-01"));
  EXPECT_EQ(scores.warnings.size(), 3u);  // unnamed type, role without card, day outside the log
  EXPECT_THAT(missing_roles(scores.groups, 0, model), ElementsAre());
  EXPECT_EQ(scores.groups.members[0], 2u);
}

TEST(Completeness, Conformance) {
  Model model = three_roles();
  const auto completeness = [&](std::uint64_t required, std::size_t assigned) {
    for (RoleCard& card : model.templates[0].roles) card.required = card.name == "A";
    model.templates[0].roles[0].members_required = required;
    World world = world_of(std::vector<std::uint64_t>(assigned, 1));
    for (RoleId& role : world.members.roles) role = RoleId{0};
    return score(world, model, parse_as_of("2026-03-01")).groups.completeness[0];
  };
  EXPECT_EQ(completeness(3, 0), 0);
  EXPECT_EQ(completeness(3, 1), 100.0 / 3);
  EXPECT_EQ(completeness(3, 2), 200.0 / 3);
  EXPECT_EQ(completeness(3, 3), 100);
  EXPECT_EQ(completeness(3, 4), 100);
  for (std::size_t n = 1; n <= 6; ++n)
    EXPECT_EQ(completeness(5, n), std::min(100.0, 20.0 * static_cast<double>(n)));
  for (RoleCard& card : model.templates[0].roles) card.required = false;
  EXPECT_TRUE(
      std::isnan(score(world_of({1}), model, parse_as_of("2026-03-01")).groups.completeness[0]));
}

TEST(Displayed, RoundsHalfUpOrDown) {
  EXPECT_EQ(displayed(75.89999, Readings::Rounding::half_up), 76);
  EXPECT_EQ(displayed(66.5, Readings::Rounding::half_up), 67);
  EXPECT_EQ(displayed(200.0 / 3, Readings::Rounding::half_up), 67);
  EXPECT_EQ(displayed(200.0 / 3, Readings::Rounding::floor), 66);
  EXPECT_EQ(displayed(0.49999999999999994, Readings::Rounding::half_up), 0);
  EXPECT_EQ(displayed(-2.5, Readings::Rounding::half_up), -2);
}

}  // namespace
}  // namespace rolecall
