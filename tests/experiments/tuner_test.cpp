#include "experiments/tuner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> methods{
    "random",      "sobol",  "latin-hypercube", "refine", "halving", "subplex",
    "nelder-mead", "bobyqa", "cobyla",          "direct", "crs2",    "grid"};

SearchSpace roles_space(const StudySpec::Constraints& constraints = {}, bool whole = true) {
  return SearchSpace({{.path = "role.*.weighting", .low = 1, .high = 100, .whole = whole}},
                     constraints, load_model("ajo-seed"));
}

StudySpec::Search search_by(const std::string& method, std::uint64_t candidates,
                            std::uint64_t seed = 1) {
  StudySpec::Search search;
  search.method = method;
  search.candidates = candidates;
  search.steps = 2;
  search.seed = seed;
  return search;
}

// Highest, 0, at a point of the space; a sample adds what would mislead if it were trusted.
double bowl(const Point& point) {
  const std::vector<double> top{71, 20, 33, 58, 45, 12};
  double sum = 0;
  for (std::size_t i = 0; i < point.size(); ++i)
    sum -= (point[i] - top[i]) * (point[i] - top[i]) / 1e4;
  return sum;
}

std::vector<double> judge_bowl(std::span<const Point> points, double sample) {
  std::vector<double> values;
  for (const Point& point : points) values.push_back(bowl(point) + 100 * (1 - sample));
  return values;
}

std::vector<Trial> run(const StudySpec::Search& search, const SearchSpace& space,
                       const JudgePoints& judge = judge_bowl) {
  return search_candidates(search, space, {{space.base_point(), 0, 1, "default"}}, judge);
}

TEST(Tuner, HonoursBudgetBoundsAndConstraints) {
  const std::string a = "role.Champion.weighting", b = "role.Influencer.weighting";
  const std::vector<std::pair<StudySpec::Constraints, bool>> cases{
      {{}, true},
      {{.ordered = {{a, b}}, .fixed = {{"role.Other.weighting", 5}}}, true},
      {{.sums = {{"role.*.weighting", 200}}}, false}};
  for (const auto& [constraints, whole] : cases) {
    const SearchSpace space = roles_space(constraints, whole);
    for (const std::string& method : methods)
      for (const std::uint64_t candidates : {1, 2, 50, 333}) {
        const auto trials = run(search_by(method, candidates), space);
        double spent = 0;
        for (std::size_t i = 1; i < trials.size(); ++i) {
          spent += trials[i].sample;
          EXPECT_EQ(trials[i].origin, "search");
          EXPECT_TRUE(space.is_allowed(trials[i].point)) << method;
          for (const double v : trials[i].point) {
            EXPECT_GE(v, 1);
            EXPECT_LE(v, 100);
            if (whole) EXPECT_EQ(v, std::floor(v));
          }
        }
        EXPECT_GE(trials.size(), 2u) << method;
        if (method == "grid")
          EXPECT_LE(spent, static_cast<double>(space.grid_size(2)));
        else
          EXPECT_LE(spent, static_cast<double>(candidates) + 1e-9) << method << candidates;
        if (method == "halving") EXPECT_GE(spent, .85 * static_cast<double>(candidates));
        if (method == "random" || method == "sobol" || method == "latin-hypercube" ||
            method == "refine")
          EXPECT_EQ(trials.size(), candidates + 1);
      }
  }
}

TEST(Tuner, GivesTheSameCandidatesForTheSameSeed) {
  const SearchSpace space = roles_space();
  for (const std::string& method : methods) {
    const auto points = [&](std::uint64_t seed) {
      std::vector<Point> all;
      for (const Trial& trial : run(search_by(method, 100, seed), space))
        all.push_back(trial.point);
      return all;
    };
    EXPECT_EQ(points(1), points(1)) << method;
    const bool draws = method == "random" || method == "sobol" || method == "latin-hypercube" ||
                       method == "refine" || method == "halving" || method == "crs2";
    if (draws) EXPECT_NE(points(1), points(2)) << method;
  }
}

TEST(Tuner, FindsMoreThanChanceDoes) {
  const SearchSpace space = roles_space();
  const auto median_best = [&](const std::string& method) {
    std::vector<double> best;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto trials = run(search_by(method, 400, seed), space);
      best.push_back(trials[best_of(trials)].value);
    }
    std::ranges::sort(best);
    return best[2];
  };
  const double random = median_best("random");
  EXPECT_LT(random, -.05);
  for (const char* method : {"refine", "subplex", "bobyqa", "cobyla", "direct", "crs2"})
    EXPECT_GT(median_best(method), random / 2) << method;
  for (const char* method : {"bobyqa", "subplex"}) EXPECT_GT(median_best(method), -.002) << method;
}

TEST(Tuner, HalvingTrustsTheWholeSampleAlone) {
  const SearchSpace space = roles_space();
  const auto trials = run(search_by("halving", 300), space);
  std::set<double> samples;
  for (const Trial& trial : trials) samples.insert(trial.sample);
  EXPECT_EQ(samples.size(), 5u);
  EXPECT_NEAR(*samples.begin(), 1. / 81, 1e-12);
  const Trial& best = trials[best_of(trials)];
  EXPECT_EQ(best.sample, 1);
  EXPECT_EQ(best.value, bowl(best.point));
}

TEST(Tuner, DoesNotBeginFromTheTruth) {
  const SearchSpace space = roles_space();
  const Point truth{71, 20, 33, 58, 45, 12};
  for (const std::string& method : methods) {
    const std::vector<Trial> base{{space.base_point(), 0, 1, "default"}};
    std::vector<Trial> known = base;
    known.push_back({truth, 0, 1, "truth"});
    const auto without = search_candidates(search_by(method, 60), space, base, judge_bowl);
    const auto with = search_candidates(search_by(method, 60), space, known, judge_bowl);
    ASSERT_EQ(with.size(), without.size() + 1) << method;
    for (std::size_t i = 1; i < without.size(); ++i)
      EXPECT_EQ(with[i + 1].point, without[i].point) << method;
  }
}

TEST(Tuner, GridOfAChainHasEachAllowedPointOnce) {
  const SearchSpace space = roles_space(
      {.ordered = {{"role.Champion.weighting", "role.Influencer.weighting",
                    "role.Other.weighting"}},
       .fixed = {{"role.\"Decision Maker\".weighting", 5}, {"role.Practitioner.weighting", 5}}});
  StudySpec::Search search = search_by("grid", 1);
  search.steps = 4;
  const auto trials = run(search, space);
  std::set<Point> points;
  for (std::size_t i = 1; i < trials.size(); ++i) points.insert(trials[i].point);
  EXPECT_EQ(points.size(), trials.size() - 1);
  EXPECT_EQ(points.size(), 4u * 20u);  // multisets of 3 of 4 values, times the free one's 4
}

TEST(Tuner, PassesOverPointsWithoutValue) {
  const SearchSpace space = roles_space();
  const JudgePoints half = [](std::span<const Point> points, double) {
    std::vector<double> values;
    for (const Point& p : points) values.push_back(p[0] < 40 ? std::nan("") : bowl(p));
    return values;
  };
  for (const std::string& method : methods) {
    const auto trials = run(search_by(method, 60), space, half);
    EXPECT_FALSE(std::isnan(trials[best_of(trials)].value)) << method;
  }
  const JudgePoints none = [](std::span<const Point> points, double) {
    return std::vector<double>(points.size(), std::nan(""));
  };
  try {
    best_of(run(search_by("random", 9), space, none));
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no candidate has a value"));
  }
}

TEST(Tuner, RefusesAGridThatIsTooLarge) {
  const SearchSpace space = roles_space();
  StudySpec::Search search = search_by("grid", 1);
  EXPECT_EQ(count_candidates(search, space), 64u);
  search.steps = 100;
  try {
    count_candidates(search, space);
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("a grid over 6 parameters has more than 10,000,000"));
  }
}

}  // namespace
}  // namespace rolecall
