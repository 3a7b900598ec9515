// The truth of generated worlds against a slow reference, by the letter of core/truth.hpp and from
// the tables of the world alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using testing::random_spec;
using testing::small_spec;

using Real = long double;

// A sum and what its rounding is to be held against.
struct Sum {
  Real value = 0, size = 0;

  void add(Real v) { value += v, size += std::abs(v); }
};

Sum score_by_letter(const World& world, std::size_t group) {
  const Truth& truth = *world.truth;
  const Day as_of = world.outcomes.date[group].utc_day() - days_rep{1};
  std::map<std::string, Real, std::less<>> role_influence, type_influence;
  for (std::size_t r = 0; r < truth.roles.size(); ++r)
    role_influence[std::string(truth.roles[r])] = truth.role_influence[r];
  for (std::size_t t = 0; t < truth.types.size(); ++t)
    type_influence[std::string(truth.types[t])] = truth.type_influence[t];
  Sum score;
  for (std::size_t m = world.members.offsets[group]; m < world.members.offsets[group + 1]; ++m) {
    const Timestamp since = world.members.since[m], until = world.members.until[m];
    if (!since.is_missing() && since.utc_day() > as_of) continue;
    if (!until.is_missing() && until.utc_day() < as_of) continue;
    const std::size_t person = world.members.people[m].index();
    std::map<std::pair<Day, std::string>, std::uint64_t> acts;
    for (std::size_t i = world.activities.offsets[person]; i < world.activities.offsets[person + 1];
         ++i) {
      const RowOrigin origin(truth.origin[i]);
      const Day day = world.activities.times[i].utc_day();
      const int age = (as_of - day).count();
      const bool human = origin.maker() == RowMaker::person || origin.maker() == RowMaker::burst;
      if (human && !origin.is_duplicate() && age >= 0 && age < truth.window_days)
        ++acts[{day, std::string(world.activities.type_names[world.activities.types[i].index()])}];
    }
    const Real role = role_influence.at(std::string(world.roles[world.members.roles[m].index()]));
    for (const auto& [key, n] : acts) {
      const auto& [day, type] = key;
      const Real decay =
          truth.half_life_days > 0
              ? std::pow(Real(.5), (as_of - day).count() / Real(truth.half_life_days))
              : 1;
      score.add(role * type_influence.at(type) * decay * Real(std::min(n, truth.daily_cap)));
    }
  }
  return score;
}

struct Seen {
  std::size_t groups = 0, scored = 0;
};

Seen expect_scores(const World& world) {
  Seen seen;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const double score = world.truth->score[g];
    if (world.outcomes.outcome[g] == Outcome::open) {
      EXPECT_TRUE(std::isnan(score));
      continue;
    }
    const Sum want = score_by_letter(world, g);
    EXPECT_NEAR(score, static_cast<double>(want.value), 1e-12 * static_cast<double>(want.size))
        << "group " << g;
    ++seen.groups;
    seen.scored += want.size > 0;
  }
  return seen;
}

TEST(Truth, ScoresByTheLetterInSmallWorlds) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    WorldSpec spec = small_spec(seed);
    spec.rows.duplicates = .2;
    spec.machines.bots = .01;
    spec.outcome.daily_cap = seed;
    spec.outcome.half_life_days = static_cast<double>(seed - 1);
    const Seen seen = expect_scores(generate_world(spec));
    EXPECT_GT(seen.scored, 90u);
    EXPECT_GT(seen.groups, seen.scored - 1);
  }
}

TEST(Truth, ScoresByTheLetterAtTheEdges) {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const auto [groups, scored] = expect_scores(generate_world(random_spec(seed)));
    seen.groups += groups, seen.scored += scored;
  }
  EXPECT_GT(seen.groups, 1'000u);
  EXPECT_GT(seen.scored, 100u);
}

// Of the decided groups, in order.
template <class T>
std::vector<T> decided(const World& world, const std::vector<T>& values) {
  std::vector<T> result;
  for (std::size_t g = 0; g < values.size(); ++g)
    if (!std::isnan(world.truth->score[g])) result.push_back(values[g]);
  return result;
}

double mean_of(const std::vector<double>& values) {
  Real sum = 0;
  for (const double v : values) sum += v;
  return static_cast<double>(sum / Real(values.size()));
}

double deviation_of(const std::vector<double>& values) {
  const Real mean = mean_of(values);
  Real sum = 0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return static_cast<double>(std::sqrt(sum / Real(values.size())));
}

double auc_by_pairs(const std::vector<double>& score, const std::vector<Outcome>& outcome) {
  double half_wins = 0, pairs = 0;
  for (std::size_t i = 0; i < score.size(); ++i)
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (outcome[i] != Outcome::won || outcome[j] != Outcome::lost) continue;
      half_wins += score[i] > score[j] ? 2 : score[i] == score[j] ? 1 : 0;
      ++pairs;
    }
  return half_wins / (2 * pairs);
}

void expect_decisions(const World& world, const WorldSpec& spec) {
  const Truth& truth = *world.truth;
  const std::vector<double> score = decided(world, truth.score),
                            probability = decided(world, truth.probability);
  const auto outcome = decided(world, world.outcomes.outcome);
  for (std::size_t i = 0; i < score.size(); ++i) {
    const Real odds = truth.intercept + Real(truth.slope) * score[i];
    EXPECT_NEAR(probability[i], static_cast<double>(1 / (1 + std::exp(-odds))),
                1e-12 * (1 + std::abs(static_cast<double>(odds))));
  }
  const double auc = auc_by_pairs(score, outcome);
  EXPECT_TRUE(std::isnan(auc) ? std::isnan(truth.ceiling_auc) : truth.ceiling_auc == auc);
  if (score.empty()) return;
  const double deviation = deviation_of(score);
  if (std::ranges::adjacent_find(score, std::not_equal_to{}) == score.end()) {
    EXPECT_LT(std::abs(truth.slope) * deviation, 1e-6);  // nothing to tell groups apart by
  } else {
    EXPECT_NEAR(truth.slope * spec.outcome.noise * deviation, 1, 1e-9);
  }
  EXPECT_NEAR(mean_of(probability), spec.outcome.base_rate, 1e-9);
}

TEST(Truth, DecidesAsItSaysInSmallWorlds) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    WorldSpec spec = small_spec(seed);
    spec.outcome.noise = .25 * static_cast<double>(seed);
    spec.outcome.base_rate = .1 * static_cast<double>(seed);
    const World world = generate_world(spec);
    expect_decisions(world, spec);
    EXPECT_GT(world.truth->ceiling_auc, .5);
  }
}

TEST(Truth, DecidesAsItSaysAtTheEdges) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    WorldSpec spec = random_spec(seed);
    // Without any noise the mean probability jumps, and cannot be everything.
    spec.outcome.noise = std::max(spec.outcome.noise, .05);
    expect_decisions(generate_world(spec), spec);
  }
}

// Less noise raises the ceiling; intent reaches the outcome through what people do alone.
TEST(Truth, NoiseLowersTheCeiling) {
  double last = 1.01;
  for (const double noise : {.01, .3, 1., 10.}) {
    WorldSpec spec = small_spec(9);
    spec.size.accounts = 600;
    spec.size.people = 6'000;
    spec.outcome.noise = noise;
    const double ceiling = generate_world(spec).truth->ceiling_auc;
    EXPECT_LT(ceiling, last);
    last = ceiling;
  }
  EXPECT_LT(std::abs(last - .5), .15);
}

TEST(Truth, IntentWorksThroughActs) {
  WorldSpec spec = small_spec(10);
  spec.size.accounts = 1'000;
  spec.size.people = 10'000;
  spec.size.activities = 200'000;
  spec.outcome.noise = .1;
  spec.activity.intent_effect = 1.5;
  spec.activity.purchase_lift = 10;
  const auto ceiling_of_intent = [&] {
    const World world = generate_world(spec);
    return auc_by_pairs(decided(world, world.truth->intent),
                        decided(world, world.outcomes.outcome));
  };
  EXPECT_GT(ceiling_of_intent(), .7);
  spec.activity.intent_effect = 0;
  EXPECT_NEAR(ceiling_of_intent(), .5, .1);
}

}  // namespace
}  // namespace rolecall
