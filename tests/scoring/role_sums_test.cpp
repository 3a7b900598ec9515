// What each role adds to a score, against the score and the tables of the world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "random_case.hpp"
#include "same_world.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::crowded_world;
using ::testing::HasSubstr;
using testing::same_bits;

const char* const as_of_days[] = {"2026-03-15", "2026-04-05", "outcome-7d", "created+10d"};

TEST(RoleSums, MakeUpTheScore) {
  std::size_t scored = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    const World world = crowded_world(seed);
    const Model model = testing::role_model(seed);
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    const auto [scores, sums] = score_by_role(world, model, as_of);
    const std::vector<RoleCard>& cards = model.templates[0].roles;
    ASSERT_EQ(sums.cards, cards.size());
    ASSERT_EQ(sums.sum.size(), scores.groups.size() * sums.cards);
    ASSERT_EQ(sums.members.size(), sums.sum.size());
    for (std::size_t row = 0; row < scores.groups.size(); ++row) {
      double score = 0, total = 0, size = 0;
      for (std::size_t c = 0; c < cards.size(); ++c) {
        const double part = cards[c].weighting * sums.sum[row * sums.cards + c];
        score += part, size += std::abs(part);
        total += cards[c].weighting;
      }
      EXPECT_NEAR(score / total, scores.groups.engagement[row], 1e-12 * size / total);
      scored += size > 0;
    }
  }
  EXPECT_GT(scored, 500u);
}

TEST(RoleSums, ComeWithTheScoresThemselves) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const World world = crowded_world(seed);
    const Model model = testing::role_model(seed);
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    const Scores alone = score(world, model, as_of);
    const Scores beside = score_by_role(world, model, as_of).scores;
    EXPECT_EQ(beside.groups.group, alone.groups.group);
    EXPECT_EQ(beside.groups.as_of, alone.groups.as_of);
    EXPECT_TRUE(same_bits(beside.groups.engagement, alone.groups.engagement));
    EXPECT_TRUE(same_bits(beside.groups.completeness, alone.groups.completeness));
    EXPECT_EQ(beside.groups.members, alone.groups.members);
    EXPECT_EQ(beside.groups.missing, alone.groups.missing);
    EXPECT_EQ(beside.groups.template_of, alone.groups.template_of);
    EXPECT_TRUE(same_bits(beside.people, alone.people));
    EXPECT_EQ(beside.warnings, alone.warnings);
  }
}

// Memberships on the as-of day, counted by hand.
TEST(RoleSums, CountTheMembersOfEachRole) {
  std::size_t counted = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const World world = crowded_world(seed);
    Model model = testing::role_model(seed);
    model.readings.since_creation = false;
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    const auto [scores, sums] = score_by_role(world, model, as_of);
    DayBoundary clock(model.readings.day_boundary);
    for (std::size_t row = 0; row < scores.groups.size(); ++row) {
      const std::size_t g = scores.groups.group[row].index();
      const Day day = scores.groups.as_of[row];
      std::map<std::string_view, std::uint32_t> members;
      for (auto m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m) {
        const Timestamp since = world.members.since[m], until = world.members.until[m];
        members[world.roles[world.members.roles[m].index()]] +=
            (since.is_missing() || clock.day_of(since) <= day) &&
            (until.is_missing() || clock.day_of(until) >= day);
      }
      for (std::size_t c = 0; c < sums.cards; ++c) {
        const std::string& role = model.templates[0].roles[c].name;
        EXPECT_EQ(sums.members[row * sums.cards + c], members[role]) << role;
        counted += members[role];
      }
    }
  }
  EXPECT_GT(counted, 1'000u);
}

// A role's sum is the score that it would have alone, under any weight.
TEST(RoleSums, AreTheScoresOfRolesAlone) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const World world = crowded_world(seed);
    Model model = testing::role_model(seed);
    const AsOf as_of = parse_as_of("2026-03-15");
    const RoleSums sums = score_by_role(world, model, as_of).roles;
    std::vector<RoleCard> cards;
    std::swap(cards, model.templates[0].roles);
    for (std::size_t c = 0; c < cards.size(); ++c) {
      model.templates[0].roles = {cards[c]};
      const std::vector<double> alone = score(world, model, as_of).groups.engagement;
      for (std::size_t row = 0; row < alone.size(); ++row)
        EXPECT_NEAR(alone[row], sums.sum[row * sums.cards + c], 1e-12 * std::abs(alone[row]));
    }
  }
}

TEST(RoleSums, AreTheSameForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const World world = crowded_world(seed);
    RoleSums first;
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const parallel::ThreadLimit limit(threads);
      RoleSums sums =
          score_by_role(world, testing::role_model(seed), parse_as_of("outcome-7d")).roles;
      if (threads == 1)
        first = std::move(sums);
      else
        EXPECT_TRUE(same_bits(sums.sum, first.sum) && sums.members == first.members);
    }
  }
}

TEST(RoleSums, AreRefusedWhereTheyDoNotMakeUpTheScore) {
  World world = crowded_world(2);
  const auto complaint = [&](const std::function<void(Model&)>& apply) -> std::string {
    Model model = testing::role_model(2);
    model.name = "mine";
    apply(model);
    try {
      score_by_role(world, model, parse_as_of("2026-03-15"));
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(complaint([](Model&) {}), "no error");
  const std::vector<std::function<void(Readings&)>> readings{
      [](Readings& r) { r.person_transform = Readings::Transform::sqrt; },
      [](Readings& r) { r.person_scaling = Readings::Scaling::max; },
      [](Readings& r) { r.group_transform = Readings::Transform::sqrt; },
      [](Readings& r) { r.group_scaling = Readings::Scaling::min_max; },
      [](Readings& r) { r.aggregation = Readings::Aggregation::mean; },
      [](Readings& r) { r.aggregation = Readings::Aggregation::max; },
      [](Readings& r) { r.role_denominator = Readings::RoleDenominator::present; },
      [](Readings& r) { r.role_denominator = Readings::RoleDenominator::members; }};
  for (const auto& apply : readings)
    EXPECT_THAT(complaint([&](Model& model) { apply(model.readings); }),
                AllOf(HasSubstr("model 'mine': the score is not made of role sums"),
                      HasSubstr("readings"), HasSubstr("ajo-seed")));
  EXPECT_THAT(complaint([](Model& model) { model.templates[0].solutions = {"s0000"}; }),
              HasSubstr("its first template does not serve every solution of the world"));
  EXPECT_THAT(complaint([](Model& model) {
                model.templates.insert(model.templates.begin(), model.templates[0]);
                model.templates[0].solutions = {"s0001"};
              }),
              HasSubstr("its first template does not serve every solution"));
  EXPECT_EQ(complaint([](Model& model) {  // one that no solution comes to
              model.templates.push_back(model.templates[0]);
            }),
            "no error");
}

}  // namespace
}  // namespace rolecall
