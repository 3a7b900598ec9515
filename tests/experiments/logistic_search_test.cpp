#include "experiments/logistic_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "experiments/study_search.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;

const AsOf as_of = parse_as_of("outcome-1d");

// A world whose outcomes are drawn anew: log odds linear in the score of a model.
World planted_world(const Model& model, std::uint64_t seed, double strength) {
  WorldSpec spec = testing::sized_spec(seed, 2'000, 16'000, 400'000, 90);
  World world = generate_world(spec);
  const SearchSpace space({}, {}, model);
  const CandidateJudge judge(world, space, as_of, {});
  CandidateJudge scorer(world, space, as_of, {});
  const std::vector<double> scores = scorer.scores(model);
  double mean = 0, square = 0;
  for (const double s : scores) mean += s, square += s * s;
  mean /= static_cast<double>(scores.size());
  const double spread = std::sqrt(square / static_cast<double>(scores.size()) - mean * mean);
  for (std::size_t g = 0; g < scores.size(); ++g) {
    const double odds = strength * (scores[g] - mean) / spread;
    Random random(seed, RandomStream::candidates, 1'000'000 + g);
    const bool won = random.uniform() < 1 / (1 + std::exp(-odds));
    world.outcomes.outcome[judge.groups()[g].index()] = won ? Outcome::won : Outcome::lost;
  }
  return world;
}

Model planted_model(const World& world, const std::vector<double>& roles,
                    const std::vector<double>& activities) {
  Model model = vendor_model(world, "test");
  for (std::size_t c = 0; c < model.templates.front().roles.size(); ++c)
    model.templates.front().roles[c].weighting = roles[c % roles.size()];
  for (std::size_t t = 0; t < model.activities.size(); ++t)
    model.activities[t].weight = activities[t % activities.size()];
  return model;
}

// How many standard errors a share is off, at most and on the whole.
struct Distance {
  double largest = 0, mean_square = 0;
};
Distance distance(const FittedWeights& fitted, const std::vector<double>& truth) {
  Distance d;
  double n = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!(fitted.share_error[i] > 0)) continue;  // at a bound
    const double z = std::abs(fitted.share[i] - truth[i]) / fitted.share_error[i];
    d.largest = std::max(d.largest, z);
    d.mean_square += z * z;
    ++n;
  }
  d.mean_square /= n;
  return d;
}

TEST(LogisticSearch, FindsPlantedRoleWeights) {
  const World plain = generate_world(testing::small_spec(1));
  const Model model = planted_model(plain, {50, 5, 30, 20, 40, 10}, {1, 6, 3, 9});
  const World world = planted_world(model, 11, 2);
  Model wrong = model;
  for (RoleCard& card : wrong.templates.front().roles) card.weighting = 10;
  const SearchSpace space({{.path = "role.*.weighting", .low = 0, .high = 100}}, {}, wrong);
  CandidateJudge judge(world, space, as_of, {});
  const FittedWeights fitted = fit_weights(judge, space, space.base_point(), 0, {}, {});
  const std::vector<double> truth = reported(space, space.point_of(model));
  const Distance d = distance(fitted, truth);
  EXPECT_LT(d.largest, 3.5);
  EXPECT_LT(d.mean_square, 3);
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(fitted.share[i], truth[i], .08);
  EXPECT_EQ(*std::ranges::max_element(fitted.point), 100);
  const std::vector<double> auc =
      judge.judge(std::vector<Point>{fitted.point, space.base_point(), space.point_of(model)}, 0,
                  Objective::auc);
  EXPECT_GT(auc[0], auc[1] + .01);
  EXPECT_NEAR(auc[0], auc[2], .003);
  // The same bits for any number of threads.
  const parallel::ThreadLimit limit(3);
  const FittedWeights again = fit_weights(judge, space, space.base_point(), 0, {}, {});
  EXPECT_EQ(again.point, fitted.point);
  EXPECT_EQ(again.share, fitted.share);
}

TEST(LogisticSearch, FindsPlantedRoleAndActivityWeightsInTurns) {
  const World plain = generate_world(testing::small_spec(1));
  const Model model = planted_model(plain, {50, 5, 30, 20, 40, 10}, {1, 6, 3, 9});
  const World world = planted_world(model, 12, 2);
  const SearchSpace space({{.path = "role.*.weighting", .low = 0, .high = 100},
                           {.path = "activity.*.weight", .low = 0, .high = 50}},
                          {}, vendor_model(world, "test"));
  CandidateJudge judge(world, space, as_of, {});
  const FittedWeights fitted = fit_weights(judge, space, space.base_point(), 0, {}, {});
  const std::vector<double> auc =
      judge.judge(std::vector<Point>{fitted.point, space.base_point(), space.point_of(model)}, 0,
                  Objective::auc);
  EXPECT_GT(auc[0], auc[1] + .01);
  EXPECT_GT(auc[0], auc[2] - .001);  // on the groups of the fit
}

TEST(LogisticSearch, KeepsOrdersAndWhatIsFixed) {
  const World plain = generate_world(testing::small_spec(1));
  const Model model = planted_model(plain, {50, 5, 30, 20, 40, 10}, {1, 6, 3, 9});
  const World world = planted_world(model, 13, 2);
  const SearchSpace all({{.path = "role.*.weighting", .low = 0, .high = 100}}, {}, model);
  const std::string first = all.parameters()[0].name, second = all.parameters()[1].name,
                    third = all.parameters()[2].name;
  const StudySpec::Constraints constraints{.ordered = {{second, first}}, .fixed = {{third, 30}}};
  const SearchSpace space({{.path = "role.*.weighting", .low = 0, .high = 500}}, constraints,
                          model);
  CandidateJudge judge(world, space, as_of, {});
  const FittedWeights fitted = fit_weights(judge, space, space.base_point(), 0, {}, constraints);
  EXPECT_TRUE(space.is_allowed(fitted.point));
  EXPECT_EQ(fitted.point[0], fitted.point[1]);  // 50 and 5 cannot be told against the order
  // What is fixed gives the scale.
  EXPECT_NEAR(fitted.point[3], 40, 15);
}

TEST(LogisticSearch, RefusesScoresThatAreNoSums) {
  const World world = generate_world(testing::small_spec(1));
  Model model = vendor_model(world, "test");
  model.readings.aggregation = Readings::Aggregation::max;
  const SearchSpace space({{.path = "role.*.weighting", .low = 0, .high = 9}}, {}, model);
  CandidateJudge judge(world, space, as_of, {});
  try {
    fit_weights(judge, space, space.base_point(), 0, {}, {});
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the score is no sum of role weights"));
  }
}

}  // namespace
}  // namespace rolecall
