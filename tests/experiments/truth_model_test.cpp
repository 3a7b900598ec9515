#include "experiments/truth_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "generators/generate.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::random_spec;
using testing::small_spec;

// Nothing in the log but what people did.
WorldSpec clean(WorldSpec spec) {
  spec.machines.machine_opens = spec.machines.bots = 0;
  spec.rows.duplicates = 0;
  return spec;
}

double total_influence(const Truth& truth) {
  return std::accumulate(truth.role_influence.begin(), truth.role_influence.end(), 0.);
}

// Scores of a world under its truth, as of the day before the outcome, against the true scores.
// Tells how many there were.
std::size_t expect_true_scores(const World& world) {
  const GroupScores scores =
      score(world, truth_model(world, "world"), parse_as_of("outcome-1d")).groups;
  const double total = total_influence(*world.truth);
  std::size_t above = 0, decided = 0;
  for (const Outcome outcome : world.outcomes.outcome) decided += outcome != Outcome::open;
  EXPECT_EQ(scores.size(), decided);
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const double truth = world.truth->score[scores.group[row].index()];
    EXPECT_NEAR(scores.engagement[row] * total, truth, 1e-9 * std::abs(truth) + 1e-9);
    above += truth > 0;
  }
  return above;
}

TEST(TruthModel, GivesTheTrueScoreOfACleanLog) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    WorldSpec spec = clean(small_spec(seed));
    spec.outcome.daily_cap = seed;
    spec.outcome.window_days = 10 * seed;
    spec.outcome.half_life_days = seed % 2 == 0 ? 0 : 3.5;
    EXPECT_GT(expect_true_scores(generate_world(spec)), 80u);
  }
}

TEST(TruthModel, GivesTheTrueScoreOfACleanLogAtTheEdges) {
  std::size_t above = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    WorldSpec spec = clean(random_spec(seed));
    for (auto& role : spec.roles) role.influence += .5;  // so that there is something to divide by
    above += expect_true_scores(generate_world(spec));
  }
  EXPECT_GT(above, 100u);
}

// What machines and duplicates add is never less where every type is worth something.
TEST(TruthModel, CountsWhatContaminates) {
  WorldSpec spec = small_spec(7);
  spec.machines.bots = .02;
  spec.rows.duplicates = .2;
  const World world = generate_world(spec);
  const GroupScores scores =
      score(world, truth_model(world, "world"), parse_as_of("outcome-1d")).groups;
  std::size_t more = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const double truth = world.truth->score[scores.group[row].index()];
    const double score = scores.engagement[row] * total_influence(*world.truth);
    EXPECT_GE(score, truth * (1 - 1e-9));
    more += score > truth * 1.01;
  }
  EXPECT_GT(more, 30u);
}

TEST(TruthModel, SaysWhatTheWorldWasMadeWith) {
  WorldSpec spec = small_spec(1);
  spec.outcome = {.window_days = 17, .daily_cap = 4, .half_life_days = 2.5};
  const World world = generate_world(spec);
  const Model model = truth_model(world, "world");
  EXPECT_EQ(model.window_days, 17);
  EXPECT_EQ(model.decay.kind, Decay::Kind::half_life);
  EXPECT_EQ(model.decay.half_life_days, 2.5);
  ASSERT_EQ(model.activities.size(), spec.types.size());
  for (const auto& type : spec.types) {
    const ActivityRule* rule = model.rule_for(type.name);
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->weight, type.influence);
    EXPECT_EQ(rule->daily_cap, 4u);
    EXPECT_EQ(rule->channel, type.channel);
  }
  ASSERT_EQ(model.templates.size(), 1u);
  ASSERT_EQ(model.templates[0].roles.size(), spec.roles.size());
  for (std::size_t r = 0; r < spec.roles.size(); ++r) {
    EXPECT_EQ(model.templates[0].roles[r].name, spec.roles[r].name);
    EXPECT_EQ(model.templates[0].roles[r].weighting, spec.roles[r].influence);
    EXPECT_EQ(model.templates[0].roles[r].required, spec.roles[r].required);
  }
  spec.outcome.half_life_days = 0;
  EXPECT_EQ(truth_model(generate_world(spec), "world").decay.kind, Decay::Kind::none);
}

// What `rolecall models` prints of it scores as it does.
TEST(TruthModel, IsAModelLikeAnyOther) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const World world = generate_world(random_spec(seed));
    const AsOf as_of = parse_as_of("outcome-1d");
    for (const Model& model : {truth_model(world, "world"), vendor_model(world, "world")}) {
      const Model again = parse_model(to_toml(model), "again");
      EXPECT_EQ(again.name, model.name);
      EXPECT_EQ(again.activities.size(), model.activities.size());
      EXPECT_EQ(score(world, again, as_of).groups.engagement,
                score(world, model, as_of).groups.engagement);
      EXPECT_EQ(score(world, again, as_of).groups.missing,
                score(world, model, as_of).groups.missing);
    }
  }
}

TEST(VendorModel, SaysWhatTheSpecificationWeighsWith) {
  WorldSpec spec = small_spec(1);
  spec.model = {.window_days = 12, .daily_cap = 7};
  const Model model = vendor_model(generate_world(spec), "world");
  EXPECT_EQ(model.window_days, 12);
  EXPECT_EQ(model.daily_cap, 7u);
  EXPECT_EQ(model.decay.kind, Decay::Kind::none);
  for (const auto& type : spec.types) EXPECT_EQ(model.rule_for(type.name)->weight, type.weight);
  for (std::size_t r = 0; r < spec.roles.size(); ++r)
    EXPECT_EQ(model.templates[0].roles[r].weighting, spec.roles[r].weighting);
}

// As the built-in vocabulary promises.
TEST(VendorModel, ScoresAsTheSeedModelUnlessTold) {
  const World world = generate_world(small_spec(2));
  const Model vendor = vendor_model(world, "world"), seed = load_model("ajo-seed");
  ASSERT_EQ(vendor.activities.size(), seed.activities.size());
  for (std::size_t t = 0; t < seed.activities.size(); ++t) {
    EXPECT_EQ(vendor.activities[t].name, seed.activities[t].name);
    EXPECT_EQ(vendor.activities[t].weight, seed.activities[t].weight);
    EXPECT_EQ(vendor.activities[t].channel, seed.activities[t].channel);
  }
  const AsOf as_of = parse_as_of("outcome-1d");
  EXPECT_EQ(score(world, vendor, as_of).groups.engagement,
            score(world, seed, as_of).groups.engagement);
}

TEST(TruthModel, IsRefusedOfAnImportedWorld) {
  World world = generate_world(small_spec(1));
  world.truth.reset();
  for (const auto& make : {truth_model, vendor_model}) try {
      make(world, "mine.h5");
      ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("mine.h5, truth"), HasSubstr("imported")));
    }
}

TEST(WithActivitiesOf, TakesAllButTheRoles) {
  const World world = generate_world(small_spec(1));
  const Model truth = truth_model(world, "world"), seed = load_model("ajo-seed");
  const Model mixed = with_activities_of(seed, truth);
  EXPECT_EQ(mixed.window_days, truth.window_days);
  EXPECT_EQ(mixed.daily_cap, truth.daily_cap);
  EXPECT_EQ(mixed.decay.kind, truth.decay.kind);
  ASSERT_EQ(mixed.activities.size(), truth.activities.size());
  for (std::size_t t = 0; t < truth.activities.size(); ++t)
    EXPECT_EQ(mixed.activities[t].weight, truth.activities[t].weight);
  ASSERT_EQ(mixed.templates.size(), seed.templates.size());
  for (std::size_t c = 0; c < seed.templates[0].roles.size(); ++c)
    EXPECT_EQ(mixed.templates[0].roles[c].weighting, seed.templates[0].roles[c].weighting);
}

}  // namespace
}  // namespace rolecall
