#include "scoring/capped_counts.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "random_case.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

const char* const as_of_days[] = {"2026-03-15", "2026-04-05", "outcome-7d", "created+10d"};

// Without what makes a count worth more on one day than on another.
Model plain_role_model(std::uint64_t seed) {
  Model model = testing::role_model(seed);
  model.decay = {};
  model.readings.weight_scaling = Readings::Scaling::none;
  return model;
}

TEST(CappedCounts, TimesWeightsAreTheSumsOfRoles) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const World world = testing::crowded_world(seed);
    const Model model = plain_role_model(seed);
    const AsOf as_of = parse_as_of(as_of_days[seed % std::size(as_of_days)]);
    const ScoresByRole want = score_by_role(world, model, as_of);
    const BoundModel bound = bind(model, world);
    const ActivityIndex index = index_activities(world.activities, bound.boundary);
    std::vector<GroupId> groups;
    const CountedMembers members = count_members(world, index, model, as_of, groups);
    ASSERT_EQ(groups, want.scores.groups.group);
    CappedCounts counts;
    try {
      counts = count_capped(index, members, want.roles.cards, {}, bound.weights.size(), bound.caps);
    } catch (const InputError&) {
      continue;  // counts of 2^31 and more
    }
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (std::size_t card = 0; card < counts.cards; ++card, ++compared) {
        double sum = 0;
        for (std::size_t t = 0; t < counts.types; ++t)
          sum += bound.weights[t] * counts.column(card, t, 0)[g];
        const double expected = want.roles.sum[g * counts.cards + card];
        EXPECT_NEAR(sum, expected, 1e-9 * std::max(1., std::abs(expected)));
      }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(CappedCounts, AreThoseOfEachCapAlone) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const World world = testing::crowded_world(seed);
    const Model model = plain_role_model(seed);
    const BoundModel bound = bind(model, world);
    const ActivityIndex index = index_activities(world.activities, bound.boundary);
    std::vector<GroupId> groups;
    const CountedMembers members =
        count_members(world, index, model, parse_as_of("2026-03-20"), groups);
    const std::size_t types = bound.weights.size(), cards = model.templates[0].roles.size();
    const std::vector<std::uint64_t> levels{1, 2, 3, 20};
    std::vector<std::uint64_t> caps;
    for (const std::uint64_t level : levels) caps.insert(caps.end(), types, level);
    std::vector<std::uint32_t> factors;
    for (std::uint32_t card = 0; card < cards; ++card) factors.push_back(3 + card);
    for (const std::size_t threads : {1, 3}) {
      const parallel::ThreadLimit limit(threads);
      const CappedCounts all = count_capped(index, members, cards, {}, types, caps);
      const CappedCounts merged = count_capped(index, members, cards, factors, types, caps);
      for (std::size_t level = 0; level < levels.size(); ++level) {
        const std::vector<std::uint64_t> one(types, levels[level]);
        const CappedCounts alone = count_capped(index, members, cards, {}, types, one);
        for (std::size_t t = 0; t < types; ++t) {
          std::vector<std::uint32_t> sum(groups.size(), 0);
          for (std::size_t card = 0; card < cards; ++card) {
            EXPECT_TRUE(std::ranges::equal(all.column(card, t, level), alone.column(card, t, 0)));
            for (std::size_t g = 0; g < groups.size(); ++g)
              sum[g] += factors[card] * alone.column(card, t, 0)[g];
          }
          EXPECT_TRUE(std::ranges::equal(merged.column(0, t, level), sum));
        }
      }
    }
  }
}

}  // namespace
}  // namespace rolecall
