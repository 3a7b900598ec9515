#include "experiments/search_space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "core/error.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr double infinity = std::numeric_limits<double>::infinity();

SearchSpace space_of(const std::vector<SpaceEntry>& entries,
                     const StudySpec::Constraints& constraints = {}) {
  return SearchSpace(entries, constraints, load_model("ajo-seed"));
}

std::string complaint(const std::vector<SpaceEntry>& entries,
                      const StudySpec::Constraints& constraints = {}) {
  try {
    space_of(entries, constraints);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> names(const SearchSpace& space) {
  std::vector<std::string> all;
  for (const Parameter& p : space.parameters()) all.push_back(p.name);
  return all;
}

const SpaceEntry roles{.path = "role.*.weighting", .low = 1, .high = 100, .whole = true};

TEST(Parameter, IsWithinItsDomainAndGoesBackAndForth) {
  const std::vector<SpaceEntry> domains{
      {.path = "window_days", .low = 1, .high = 90, .whole = true},
      {.path = "window_days", .low = .5, .high = 3.5, .whole = true},
      {.path = "role.Champion.weighting", .low = 0, .high = 1},
      {.path = "role.Champion.weighting", .low = .001, .high = 1000, .log = true},
      {.path = "role.Champion.weighting", .low = 1, .high = 1000, .whole = true, .log = true},
      {.path = "role.Champion.weighting", .low = 5, .high = 5},
      {.path = "daily_cap", .values = {1, 5, 20, infinity}},
      {.path = "decay.kind", .words = {"none", "linear"}}};
  for (const SpaceEntry& domain : domains) {
    const SearchSpace space = space_of({domain});
    const Parameter& p = space.parameters().front();
    std::set<double> seen;
    for (int i = 0; i <= 1000; ++i) {
      const double value = p.at(i / 1000.);
      seen.insert(value);
      if (p.domain.is_range()) {
        EXPECT_GE(value, domain.low);
        EXPECT_LE(value, domain.high);
      }
      if (p.domain.whole) EXPECT_EQ(value, std::floor(value));
      EXPECT_EQ(p.at(p.unit_of(value)), value) << domain.path << ' ' << value;
      EXPECT_EQ(p.value_of(p.text_of(value)), value) << p.text_of(value);
    }
    if (p.choices() > 0) EXPECT_EQ(seen.size(), p.choices());
    if (domain.low == .5) EXPECT_THAT(seen, ElementsAre(1, 2, 3));
  }
}

TEST(Parameter, GridHasEachValueOnceAndBothEnds) {
  const auto grid = [](const SpaceEntry& entry, std::uint64_t steps) {
    return space_of({entry}).parameters().front().grid(steps);
  };
  EXPECT_THAT(grid({.path = "window_days", .low = 1, .high = 3, .whole = true}, 10),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(grid({.path = "window_days", .low = 1, .high = 101, .whole = true}, 3),
              ElementsAre(1, 51, 101));
  EXPECT_THAT(grid({.path = "role.Champion.weighting", .low = 1, .high = 100, .log = true}, 3),
              ElementsAre(1, 10, 100));
  EXPECT_THAT(grid({.path = "role.Champion.weighting", .low = 2, .high = 2}, 3), ElementsAre(2));
  EXPECT_THAT(grid({.path = "daily_cap", .values = {1, infinity}}, 9), ElementsAre(1, infinity));
}

TEST(Parameter, OutsideItsListIsTheNearest) {
  const SearchSpace caps = space_of({{.path = "daily_cap", .values = {1, 5, 20}}});
  const Parameter& p = caps.parameters().front();
  EXPECT_EQ(p.at(p.unit_of(6)), 5);
  EXPECT_EQ(p.at(p.unit_of(infinity)), 20);
  const SearchSpace kinds = space_of({{.path = "decay.kind", .words = {"linear", "half-life"}}});
  const Point base = kinds.base_point();
  EXPECT_TRUE(std::isnan(base.front()));
  EXPECT_EQ(kinds.apply(base).decay.kind, Decay::Kind::none);  // as it was
  EXPECT_EQ(kinds.structure(base), kinds.structure(base));
  EXPECT_NE(kinds.structure(base), kinds.structure({0}));
  EXPECT_LE(kinds.unit_of(base).front(), 1);
}

TEST(SearchSpace, StarLeavesOutWhatIsNamedAlone) {
  const SpaceEntry champion{.path = "role.\"Champion\".weighting", .low = 50, .high = 60};
  for (const bool shared : {false, true}) {
    SpaceEntry rest = roles;
    rest.shared = shared;
    for (const auto& entries : {std::vector{rest, champion}, std::vector{champion, rest}}) {
      const SearchSpace space = space_of(entries);
      const std::vector<double> low(space.dimensions(), 0);
      const Model model = space.apply(space.at(low));
      for (const RoleCard& card : model.templates.front().roles)
        EXPECT_EQ(card.weighting, card.name == "Champion" ? 50 : 1) << card.name;
      EXPECT_EQ(space.weights(space.at(low)).role, SearchSpace({}, {}, model).weights({}).role);
      EXPECT_EQ(space.dimensions(), shared ? 2u : model.templates.front().roles.size());
    }
  }
}

TEST(SearchSpace, WhatIsFixedStays) {
  StudySpec::Constraints fixed{.fixed = {{"role.Champion.weighting", 42}}};
  const SearchSpace space = space_of({roles}, fixed);
  EXPECT_EQ(std::ranges::count(names(space), "role.Champion.weighting"), 0);
  const Model model = space.apply(space.at(std::vector<double>(space.dimensions(), 0)));
  EXPECT_EQ(std::get<double>(ModelPart("role.Champion.weighting").get(model)), 42);
  EXPECT_THAT(complaint({roles}, {.fixed = {{"role.*.weighting", 42}}}),
              HasSubstr("nothing is left to search"));
  const SearchSpace one = space_of({{.path = "role.Champion.weighting", .low = 1, .high = 2}},
                                   {.fixed = {{"role.*.weighting", 42}}});
  EXPECT_THAT(names(one), ElementsAre("role.Champion.weighting"));
  EXPECT_EQ(one.apply({2}).templates.front().roles.front().weighting, 42);
  EXPECT_THAT(complaint({roles}, {.fixed = {{"role.Chmapion.weighting", 1}}}),
              HasSubstr("Did you mean 'Champion'?"));
}

TEST(SearchSpace, ACapOfOneActivityPrevailsOverThatOfAll) {
  const Model base = load_model("ajo-seed");
  const std::string one = ModelPart("activity.*.daily_cap").of_each(base)[1].path();
  const SpaceEntry of_all{.path = "daily_cap", .low = 1, .high = 9};
  const SpaceEntry of_one{.path = one, .low = 30, .high = 40};
  for (const auto& entries : {std::vector{of_one, of_all}, std::vector{of_all, of_one}}) {
    const SearchSpace space = space_of(entries);
    const Model model = space.apply(space.at(std::vector<double>{0, 0}));
    EXPECT_EQ(model.activities[1].daily_cap, 30u);
    EXPECT_EQ(model.activities[0].daily_cap, 1u);
  }
  const SearchSpace fixed = space_of({of_all}, {.fixed = {{one, 33}, {"window_days", 5}}});
  EXPECT_EQ(fixed.apply({4}).activities[1].daily_cap, 33u);
  EXPECT_EQ(fixed.apply({4}).activities[0].daily_cap, 4u);
  EXPECT_EQ(fixed.apply({4}).window_days, 5);
}

TEST(SearchSpace, TheKindOfDecayPrevailsOverItsFigures) {
  const SpaceEntry kind{.path = "decay.kind", .words = {"none", "half-life", "monthly-steps"}};
  const SpaceEntry days{.path = "decay.half_life_days", .low = 1, .high = 30};
  const SpaceEntry loss{.path = "decay.step_loss", .low = .1, .high = .9};
  for (const auto& entries : {std::vector{days, kind, loss}, std::vector{kind, loss, days}}) {
    const SearchSpace space = space_of(entries);
    for (const auto& [word, want] : {std::pair{0, Decay::Kind::none},
                                     {1, Decay::Kind::half_life},
                                     {2, Decay::Kind::monthly_steps}}) {
      Point point;
      for (const SpaceEntry& entry : entries)
        point.push_back(entry.path == kind.path ? word : entry.path == days.path ? 4 : .5);
      const Model model = space.apply(point);
      EXPECT_EQ(model.decay.kind, want);
      EXPECT_EQ(model.decay.half_life_days, 4);
      EXPECT_EQ(model.decay.step_loss, .5);
    }
  }
  EXPECT_THAT(complaint({days, loss}), HasSubstr("a model has one kind of decay"));
}

// Points of the cube, and of the same by way of its units, hold to what they must.
TEST(SearchSpace, PointsHoldToConstraints) {
  std::mt19937_64 bits(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  const std::string dm = "role.\"Decision Maker\".weighting", champion = "role.Champion.weighting",
                    influencer = "role.Influencer.weighting", other = "role.Other.weighting";
  const std::vector<StudySpec::Constraints> all{
      {.ordered = {{dm, champion, influencer}}},
      {.ordered = {{champion, influencer}, {dm, champion}, {influencer, other}}},
      {.sums = {{"role.*.weighting", 100}}},
      {.ordered = {{dm, champion}}, .sums = {{"role.*.weighting", 100}}},
      {.sums = {{"role.*.weighting", 13}}, .fixed = {{other, 2}}},
      {.sums = {{"role.*.weighting", 480}}}};
  for (const StudySpec::Constraints& constraints : all) {
    SpaceEntry entry = roles;
    entry.low = constraints.sums.empty() ? 1 : 2;
    entry.whole = constraints.sums.empty();
    const SearchSpace space = space_of({entry}, constraints);
    for (int round = 0; round < 500; ++round) {
      std::vector<double> unit(space.dimensions());
      for (double& u : unit) u = round % 3 == 0 ? std::round(uniform(bits)) : uniform(bits);
      const Point point = space.at(unit);
      EXPECT_TRUE(space.is_allowed(point));
      for (const double v : point) {
        EXPECT_GE(v, entry.low);
        EXPECT_LE(v, entry.high);
      }
      for (const auto& chain : constraints.ordered)
        for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
          const auto names_of = names(space);
          const auto a = std::ranges::find(names_of, chain[k]) - names_of.begin();
          const auto b = std::ranges::find(names_of, chain[k + 1]) - names_of.begin();
          EXPECT_GE(point[static_cast<std::size_t>(a)], point[static_cast<std::size_t>(b)]);
        }
      for (const auto& [path, sum] : constraints.sums) {
        double total = 0;
        for (const double v : point) total += v;
        EXPECT_NEAR(total, sum, 1e-3 * sum);
      }
    }
  }
}

TEST(SearchSpace, RefusesConstraintsThatCannotHold) {
  const std::string a = "role.Champion.weighting", b = "role.Influencer.weighting",
                    c = "role.Other.weighting";
  SpaceEntry range = roles;
  range.whole = false;
  EXPECT_THAT(complaint({roles}, {.ordered = {{a, b}, {b, a}}}), HasSubstr("above itself"));
  EXPECT_THAT(complaint({roles}, {.ordered = {{a, b, a}}}), HasSubstr("above itself"));
  EXPECT_THAT(complaint({roles}, {.ordered = {{a, b}, {b, c}, {c, a}}}), HasSubstr("above itself"));
  EXPECT_THAT(complaint({roles}, {.ordered = {{a, "window_days"}}}), HasSubstr("not searched"));
  EXPECT_THAT(complaint({roles, {.path = a, .low = 1, .high = 9}}, {.ordered = {{a, b}}}),
              HasSubstr("its values are not those of"));
  EXPECT_THAT(complaint({roles}, {.sums = {{"role.*.weighting", 100}}}),
              HasSubstr("whole = false"));
  EXPECT_THAT(complaint({range}, {.sums = {{"role.*.weighting", 1}}}), HasSubstr("out of reach"));
  EXPECT_THAT(complaint({range}, {.sums = {{"role.*.weighting", -1}}}), HasSubstr("above 0"));
  EXPECT_THAT(complaint({range}, {.sums = {{"activity.*.weight", 1}}}), HasSubstr("not searched"));
  EXPECT_THAT(complaint({range}, {.ordered = {{a, b}}, .sums = {{a, 50}}}),
              HasSubstr("is in a sum, and another is not"));
  EXPECT_THAT(complaint({roles, roles}), HasSubstr("it is there twice"));
  SpaceEntry shared = roles;
  shared.shared = true;
  EXPECT_THAT(complaint({roles, shared}), HasSubstr("it is there twice"));
  EXPECT_THAT(complaint({{.path = "window_days", .low = .2, .high = .8}}),
              HasSubstr("no whole number"));
  EXPECT_THAT(complaint({{.path = "role.Champion.weighting", .low = -1, .high = 8}}),
              HasSubstr("out of range"));
}

TEST(SearchSpace, WeightsAreThoseOfTheModelItMakes) {
  std::mt19937_64 bits(2);
  const SearchSpace space = space_of({roles,
                                      {.path = "activity.*.weight", .low = -3, .high = 9},
                                      {.path = "window_days", .low = 1, .high = 60}});
  EXPECT_TRUE(space.varies_roles() && space.varies_activities());
  for (int round = 0; round < 50; ++round) {
    std::vector<double> unit(space.dimensions());
    for (double& u : unit) u = std::uniform_real_distribution<double>(0, 1)(bits);
    const Point point = space.at(unit);
    const Model model = space.apply(point);
    const LinearWeights weights = space.weights(point);
    for (std::size_t c = 0; c < weights.role.size(); ++c)
      EXPECT_EQ(weights.role[c], model.templates.front().roles[c].weighting);
    for (std::size_t t = 0; t < weights.activity.size(); ++t)
      EXPECT_EQ(weights.activity[t], model.activities[t].weight);
    EXPECT_EQ(space.point_of(model), point);
    EXPECT_THAT(space.structure(point), ElementsAre(model.window_days));
  }
}

TEST(SearchSpace, GridHasEveryCombinationOnce) {
  const SearchSpace space = space_of({{.path = "daily_cap", .values = {1, 20, infinity}},
                                      {.path = "window_days", .low = 7, .high = 8, .whole = true},
                                      {.path = "readings.aggregation", .words = {"sum", "mean"}}});
  EXPECT_EQ(space.grid_size(5), 12u);
  std::set<Point> points;
  for (std::uint64_t i = 0; i < 12; ++i) points.insert(space.grid_point(i, 5));
  EXPECT_EQ(points.size(), 12u);
  EXPECT_EQ(space_of({roles}).grid_size(100), 0u);  // too many
}

}  // namespace
}  // namespace rolecall
