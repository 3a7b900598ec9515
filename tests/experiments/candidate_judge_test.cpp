#include "experiments/candidate_judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "same_world.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct SpaceCase {
  const char* name;
  std::vector<SpaceEntry> entries;
  double tolerance;  // of scores with decay, which are no whole numbers
};

const std::vector<SpaceCase>& spaces() {
  static const SpaceEntry roles{.path = "role.*.weighting", .low = 0, .high = 100, .whole = true};
  static const SpaceEntry fine_roles{.path = "role.*.weighting", .low = 0, .high = 10};
  static const SpaceEntry weights{.path = "activity.*.weight", .low = -5, .high = 40};
  static const std::vector<SpaceCase> all{
      {"roles", {roles}, 0},
      {"fine roles", {fine_roles}, 0},
      {"activities", {weights}, 0},
      {"roles and activities", {roles, weights}, 0},
      {"shared", {{.path = "role.*.weighting", .low = 1, .high = 9, .shared = true}, weights}, 0},
      {"caps and windows",
       {roles,
        {.path = "daily_cap", .values = {1, 3, infinity}},
        {.path = "window_days", .low = 1, .high = 60}},
       0},
      {"a cap alone", {{.path = "daily_cap", .values = {1, 3, infinity}}}, 0},
      {"caps of each", {weights, {.path = "activity.*.daily_cap", .low = 1, .high = 5}}, 0},
      {"decay", {roles, {.path = "decay.half_life_days", .values = {2, 9.5, infinity}}}, 1e-9},
      {"decay of both",
       {roles,
        {.path = "activity.*.weight", .low = 0, .high = 40, .whole = true},
        {.path = "decay.kind", .words = {"none", "linear", "half-life", "monthly-steps"}}},
       1e-9},
      {"readings",
       {roles,
        {.path = "readings.aggregation", .words = {"sum", "mean", "max"}},
        {.path = "readings.group_transform", .words = {"none", "sqrt"}}},
       0},
      {"scalings",
       {weights,
        {.path = "readings.group_scaling", .words = {"none", "max", "min-max"}},
        {.path = "readings.weight_scaling", .words = {"none", "max"}}},
       0},
      {"creation",
       {roles,
        {.path = "readings.since_creation", .words = {"true", "false"}},
        {.path = "readings.day_boundary", .words = {"UTC", "Asia/Tokyo"}}},
       0}};
  return all;
}

std::vector<Point> random_points(const SearchSpace& space, std::size_t n, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<Point> points;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> unit(space.dimensions());
    for (double& u : unit) u = bits() % 6 == 0 ? 0 : uniform(bits);
    points.push_back(space.at(unit));
  }
  return points;
}

// The AUC by score(), of groups of one part.
double slow_auc(const World& world, const Model& model, const AsOf& as_of,
                const std::vector<std::size_t>& part) {
  const Scores scored = score(world, model, as_of);
  const LabelledScores labelled = label(world, scored.groups, Judged::engagement);
  std::vector<double> scores;
  std::vector<std::uint8_t> won;
  for (const std::size_t g : part) {
    scores.push_back(labelled.score[g]);
    won.push_back(labelled.won[g]);
  }
  return measure_objective(scores, won, Objective::auc, {});
}

void check(const World& world, const Model& base, const SpaceCase& c, std::uint64_t seed,
           std::size_t& judged) {
  const SearchSpace space(c.entries, {}, base);
  const AsOf as_of = parse_as_of("outcome-1d");
  std::vector<double> first;
  const std::vector<Point> points = random_points(space, 12, seed);
  for (const std::size_t threads : {1, 3}) {
    const parallel::ThreadLimit limit(threads);
    CandidateJudge judge(world, space, as_of, {});
    std::vector<std::size_t> some;
    for (std::size_t g = 0; g < judge.groups().size(); g += g % 3 == 0 ? 1 : 2) some.push_back(g);
    std::size_t part = 0;
    try {
      part = judge.add_part(some, "a part");
    } catch (const InputError&) {
    }
    for (const std::size_t p : {std::size_t{0}, part}) {
      const std::vector<double> values = judge.judge(points, p, Objective::auc);
      if (threads == 1)
        for (std::size_t i = 0; i < points.size(); ++i) {
          const double want = slow_auc(world, space.apply(points[i]), as_of, judge.part(p));
          if (c.tolerance == 0)
            EXPECT_TRUE(testing::same_bits(values[i], want))
                << c.name << " point " << i << ": " << values[i] << " for " << want;
          else
            EXPECT_NEAR(values[i], want, c.tolerance) << c.name << " point " << i;
          // One at a time, and by another way.
          EXPECT_TRUE(
              testing::same_bits(judge.judge({{points[i]}}, p, Objective::auc).front(), values[i]));
          const auto ranks = judge.rank_scores(points[i], p);
          std::vector<std::uint8_t> won;
          for (const std::size_t g : judge.part(p)) won.push_back(judge.won()[g]);
          EXPECT_NEAR(measure_objective(ranks, won, Objective::auc, {}), values[i], 1e-12);
          ++judged;
        }
      if (threads == 1) first.insert(first.end(), values.begin(), values.end());
      if (threads == 3)
        for (std::size_t i = 0; i < values.size(); ++i)
          EXPECT_TRUE(testing::same_bits(values[i], first[(p == 0 ? 0 : points.size()) + i]))
              << c.name;
    }
  }
}

TEST(CandidateJudge, AgreesWithScoreInFull) {
  std::size_t judged = 0, worlds = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const World world = generate_world(testing::random_spec(seed));
    const Model base = seed % 2 == 0 ? vendor_model(world, "test") : truth_model(world, "test");
    const SpaceCase& c = spaces()[seed % spaces().size()];
    try {
      check(world, base, c, seed, judged);
      ++worlds;
    } catch (const InputError& error) {  // no won or no lost group, at the edges
      EXPECT_THAT(error.what(), HasSubstr("outcome")) << seed << error.what();
    }
  }
  EXPECT_GT(worlds, 8u);
  EXPECT_GT(judged, 200u);
}

TEST(CandidateJudge, AgreesWithScoreInFullOnEverySpace) {
  const World world = generate_world(testing::sized_spec(5, 120, 1'000, 15'000, 80));
  std::size_t judged = 0;
  for (const SpaceCase& c : spaces()) {
    check(world, vendor_model(world, "test"), c, 1, judged);
    check(world, truth_model(world, "test"), c, 2, judged);
  }
  EXPECT_EQ(judged, spaces().size() * 2 * 24);
}

// A world whose groups lack the roles of the model: every score is 0, every ranking one tie.
TEST(CandidateJudge, JudgesWhereNobodyHasARole) {
  const World world = generate_world(testing::small_spec(3));
  Model base = vendor_model(world, "test");
  for (RoleCard& card : base.templates.front().roles) card.name += "?";
  const SearchSpace space({{.path = "role.*.weighting", .low = 1, .high = 9}}, {}, base);
  CandidateJudge judge(world, space, parse_as_of("outcome-1d"), {});
  for (const double value : judge.judge(random_points(space, 5, 1), 0, Objective::auc))
    EXPECT_EQ(value, .5);
}

TEST(CandidateJudge, JudgesAnEmptyLog) {
  WorldSpec spec = testing::small_spec(3);
  spec.size.activities = 0;
  const World world = generate_world(spec);
  const SearchSpace space({{.path = "role.*.weighting", .low = 1, .high = 9},
                           {.path = "activity.*.weight", .low = 1, .high = 9}},
                          {}, vendor_model(world, "test"));
  CandidateJudge judge(world, space, parse_as_of("outcome-1d"), {});
  for (const double value : judge.judge(random_points(space, 5, 1), 0, Objective::auc))
    EXPECT_EQ(value, .5);
}

TEST(CandidateJudge, MeasuresEveryObjectiveAsInFull) {
  const World world = generate_world(testing::small_spec(4));
  const HandOff hand_off{.capacity = .2, .value_won = 3, .cost = 1};
  for (const SpaceCase& c : spaces()) {
    if (c.tolerance > 0) continue;
    const SearchSpace space(c.entries, {}, vendor_model(world, "test"));
    CandidateJudge judge(world, space, parse_as_of("outcome-1d"), hand_off);
    for (const std::string& name : search_objectives()) {
      const Objective objective = parse_objective(name);
      const std::vector<Point> points = random_points(space, 4, 3);
      const std::vector<double> values = judge.judge(points, 0, objective);
      for (std::size_t i = 0; i < points.size(); ++i)
        EXPECT_NEAR(values[i],
                    measure_objective(judge.scores(points[i]), judge.won(), objective, hand_off),
                    1e-12)
            << c.name << ' ' << name;
    }
  }
}

TEST(CandidateJudge, LinearColumnsAddUpToScores) {
  const World world = generate_world(testing::small_spec(6));
  const Model base = vendor_model(world, "test");
  const SearchSpace space(
      {{.path = "role.*.weighting", .low = 1, .high = 9},
       {.path = "activity.*.weight", .low = 1, .high = 9}},
      {.fixed = {{"role.\"" + base.templates.front().roles[0].name + "\".weighting", 4}}}, base);
  CandidateJudge judge(world, space, parse_as_of("outcome-1d"), {});
  for (const Point& point : random_points(space, 5, 1))
    for (const auto family : {CandidateJudge::Family::roles, CandidateJudge::Family::activities}) {
      const auto columns = judge.linear_columns(point, family);
      EXPECT_EQ(columns.rest.empty(), family == CandidateJudge::Family::activities);
      const std::vector<double> scores = judge.scores(point);
      double unit = 0;
      for (std::size_t g = 0; g < scores.size(); ++g) {
        double sum = columns.rest.empty() ? 0 : columns.rest[g];
        for (std::size_t i = 0; i < columns.column.size(); ++i)
          if (!columns.column[i].empty()) sum += point[i] * columns.column[i][g];
        if (unit == 0 && scores[g] != 0) unit = sum / scores[g];
        EXPECT_NEAR(sum, unit * scores[g], 1e-9 * std::abs(sum));
      }
    }
}

TEST(CandidateJudge, RefusesPartsWithoutBothOutcomes) {
  const World world = generate_world(testing::small_spec(7));
  const SearchSpace space({}, {}, vendor_model(world, "test"));
  CandidateJudge judge(world, space, parse_as_of("outcome-1d"), {});
  std::vector<std::size_t> won;
  for (std::size_t g = 0; g < judge.won().size(); ++g)
    if (judge.won()[g] != 0) won.push_back(g);
  try {
    judge.add_part(won, "my part");
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("my part has no lost group"));
  }
  EXPECT_THROW(judge.add_part({}, "nothing"), InputError);
}

}  // namespace
}  // namespace rolecall
