#include "experiments/role_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "results/digest.hpp"
#include "same_world.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"
#include "temp_folder.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::same_bits;
using testing::small_spec;

StudySpec small_study() {
  StudySpec spec;
  spec.name = "test";
  spec.search.candidates = 30;
  spec.bootstrap.replicates = 20;
  return spec;
}

World study_world(std::uint64_t seed) {
  WorldSpec spec = small_spec(seed);
  spec.size.accounts = 400;
  spec.size.people = 4'000;
  spec.size.activities = 60'000;
  return generate_world(spec);
}

StudyRecord record_of(const StudySpec& spec, const World& world) {
  return run_role_weights(spec, world, nullptr).record;
}

std::vector<double> row(const std::vector<double>& matrix, std::size_t rows, std::size_t at) {
  const std::size_t n = matrix.size() / rows;
  return {matrix.begin() + static_cast<std::ptrdiff_t>(at * n),
          matrix.begin() + static_cast<std::ptrdiff_t>((at + 1) * n)};
}

std::vector<double> weights_of(const StudyRecord& r, std::size_t trial) {
  return row(r.trials.weight, r.trials.size(), trial);
}

std::size_t first_of_search(const StudyRecord& r) {
  std::size_t trial = 0;
  while (r.trials.origin[trial] != "search") ++trial;
  return trial;
}

double auc_by_pairs(const std::vector<double>& score, const std::vector<std::uint8_t>& won) {
  double half_wins = 0, pairs = 0;
  for (std::size_t i = 0; i < score.size(); ++i)
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (won[i] == 0 || won[j] != 0) continue;
      half_wins += score[i] > score[j] ? 2 : score[i] == score[j] ? 1 : 0;
      ++pairs;
    }
  return half_wins / (2 * pairs);
}

// Decided groups dealt to two halves by whole account trees, as held_out.hpp says: the largest
// trees first, each to the half with the fewest groups.
struct Halves {
  std::vector<std::size_t> group[2];  // train, test
  std::size_t trees = 0;

  explicit Halves(const World& world) {
    const std::vector<AccountId> roots = tree_roots(world.accounts.parents);
    std::map<AccountId, std::vector<std::size_t>> tree;
    for (std::size_t g = 0; g < world.groups.size(); ++g)
      if (is_decided(world, g)) tree[roots[world.groups.accounts[g].index()]].push_back(g);
    std::vector<std::pair<std::size_t, AccountId>> order;
    for (const auto& [root, groups] : tree) order.emplace_back(SIZE_MAX - groups.size(), root);
    std::ranges::sort(order);
    for (const auto& [size, root] : order) {
      auto& half = group[0].size() <= group[1].size() ? group[0] : group[1];
      half.insert(half.end(), tree[root].begin(), tree[root].end());
    }
    trees = tree.size();
  }

  static bool is_decided(const World& world, std::size_t group) {
    return world.outcomes.outcome[group] == Outcome::won ||
           world.outcomes.outcome[group] == Outcome::lost;
  }
};

// AUC of scores by group on some groups, by the definition.
double auc_on(const World& world, const std::vector<std::size_t>& groups,
              const std::map<std::size_t, double>& score) {
  std::vector<double> scores;
  std::vector<std::uint8_t> won;
  for (const std::size_t g : groups) {
    scores.push_back(score.at(g));
    won.push_back(world.outcomes.outcome[g] == Outcome::won);
  }
  return auc_by_pairs(scores, won);
}

std::map<std::size_t, double> engagement(const World& world, const Model& model) {
  const GroupScores scores = score(world, model, parse_as_of("outcome-1d")).groups;
  std::map<std::size_t, double> result;
  for (std::size_t i = 0; i < scores.size(); ++i)
    result[scores.group[i].index()] = scores.engagement[i];
  return result;
}

Model with_roles(Model model, const std::vector<double>& weights) {
  for (std::size_t c = 0; c < weights.size(); ++c)
    model.templates.front().roles[c].weighting = weights[c];
  return model;
}

TEST(RoleWeights, AreTheSameForAnyThreads) {
  const World world = study_world(1);
  for (const char* method : {"refine", "random", "grid"}) {
    StudySpec spec = small_study();
    spec.search.method = method;
    spec.search.steps = 2;
    std::string first;
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const parallel::ThreadLimit limit(threads);
      const std::string digest = content_digest(record_of(spec, world));
      if (first.empty()) first = digest;
      EXPECT_EQ(digest, first) << method << ", " << threads << " threads";
    }
  }
}

TEST(RoleWeights, SearchSeedsTryOtherCandidates) {
  const World world = study_world(1);
  StudySpec spec = small_study();
  const StudyRecord a = record_of(spec, world);
  spec.search.seed = 2;
  const StudyRecord b = record_of(spec, world);
  EXPECT_NE(content_digest(a), content_digest(b));
  std::set<std::vector<double>> seen;
  for (std::size_t t = first_of_search(a); t < a.trials.size(); ++t) seen.insert(weights_of(a, t));
  for (std::size_t t = first_of_search(b); t < b.trials.size(); ++t)
    EXPECT_FALSE(seen.contains(weights_of(b, t)));
  EXPECT_EQ(weights_of(a, 0), weights_of(b, 0));  // the references stay
  EXPECT_EQ(a.trials.train_auc.value[0], b.trials.train_auc.value[0]);
}

TEST(RoleWeights, BootstrapSeedsMoveIntervalsAlone) {
  const World world = study_world(1);
  StudySpec spec = small_study();
  spec.search.method = "random";
  const StudyRecord a = record_of(spec, world);
  spec.bootstrap.seed = 2;
  const StudyRecord b = record_of(spec, world);
  EXPECT_EQ(a.trials.weight, b.trials.weight);
  EXPECT_EQ(a.trials.train_auc.value, b.trials.train_auc.value);
  EXPECT_EQ(a.trials.test_auc, b.trials.test_auc);
  EXPECT_EQ(a.models.auc.value, b.models.auc.value);
  EXPECT_NE(a.trials.replicates, b.trials.replicates);
  EXPECT_NE(a.models.auc.low, b.models.auc.low);
}

TEST(RoleWeights, TryWhatWasAskedFor) {
  const World world = study_world(2);
  StudySpec spec = small_study();
  spec.search.lowest = 3;
  spec.search.highest = 12;
  for (const char* method : {"random", "refine"})
    for (const std::uint64_t candidates : {1, 2, 30}) {
      spec.search.method = method;
      spec.search.candidates = candidates;
      const StudyRecord r = record_of(spec, world);
      ASSERT_EQ(r.trials.size(), candidates + 3);
      EXPECT_EQ(r.trials.origin[0], "default");
      EXPECT_EQ(r.trials.origin[1], "equal");
      EXPECT_EQ(r.trials.origin[2], "truth");
      EXPECT_THAT(weights_of(r, 0), ElementsAre(100, 80, 80, 80, 60, 20));
      EXPECT_THAT(weights_of(r, 1), Each(1));
      EXPECT_EQ(weights_of(r, 2), world.truth->role_influence);
      for (std::size_t t = 3; t < r.trials.size(); ++t) {
        EXPECT_EQ(r.trials.origin[t], "search");
        for (const double w : weights_of(r, t)) {
          EXPECT_EQ(w, std::floor(w));
          EXPECT_GE(w, 3);
          EXPECT_LE(w, 12);
        }
      }
    }
}

TEST(RoleWeights, OfAGridAreAllCombinations) {
  const World world = study_world(2);
  StudySpec spec = small_study();
  spec.search.method = "grid";
  spec.search.steps = 3;
  spec.search.lowest = 0;
  spec.search.highest = 5;
  const StudyRecord r = record_of(spec, world);
  ASSERT_EQ(r.trials.size(), 3u + 729);
  std::set<std::vector<double>> seen;
  for (std::size_t t = 3; t < r.trials.size(); ++t) {
    for (const double w : weights_of(r, t)) EXPECT_TRUE(w == 0 || w == 2.5 || w == 5);
    seen.insert(weights_of(r, t));
  }
  EXPECT_EQ(seen.size(), 729u);
  EXPECT_EQ(r.trials.train_auc.value[3], .5);  // all 0: every group alike
}

// Everything measured, again by the definitions: score() of a model with the trial's weights, on
// halves dealt by hand.
TEST(RoleWeights, MeasureWhatTheScoresAreWorth) {
  for (const char* held : {"truth", "base"}) {
    SCOPED_TRACE(held);
    const World world = study_world(3);
    StudySpec spec = small_study();
    spec.search.candidates = 12;
    spec.model.activities = held;
    const StudyRecord r = record_of(spec, world);
    const Halves halves(world);
    const Model base = load_model("ajo-seed"), truth = truth_model(world, "world");
    const Model fixed = held == std::string("truth") ? with_activities_of(base, truth) : base;
    EXPECT_EQ(r.summary.train_groups, static_cast<std::int64_t>(halves.group[0].size()));
    EXPECT_EQ(r.summary.test_groups, static_cast<std::int64_t>(halves.group[1].size()));
    EXPECT_EQ(r.summary.trees, static_cast<std::int64_t>(halves.trees));
    for (std::size_t t = 0; t < r.trials.size(); ++t) {
      const auto scores = engagement(world, with_roles(fixed, weights_of(r, t)));
      EXPECT_NEAR(r.trials.train_auc.value[t], auc_on(world, halves.group[0], scores), 1e-12);
      EXPECT_NEAR(r.trials.test_auc[t], auc_on(world, halves.group[1], scores), 1e-12);
    }
    // Models, each by its own codes.
    const std::vector<double> found = weights_of(r, static_cast<std::size_t>(r.best.trial));
    const std::map<std::string_view, std::vector<double>> roles{{"default", weights_of(r, 0)},
                                                                {"equal", weights_of(r, 1)},
                                                                {"found", found},
                                                                {"truth", weights_of(r, 2)}};
    ASSERT_EQ(r.models.name.size(), 9u);
    for (std::size_t m = 0; m < 8; ++m) {
      const Model model =
          r.models.activities[m] == "truth" ? with_activities_of(base, truth) : base;
      const auto scores = engagement(world, with_roles(model, roles.at(r.models.roles[m])));
      EXPECT_NEAR(r.models.auc.value[m], auc_on(world, halves.group[1], scores), 1e-12)
          << r.models.name[m];
    }
    std::map<std::size_t, double> true_score;
    for (std::size_t g = 0; g < world.groups.size(); ++g) true_score[g] = world.truth->score[g];
    EXPECT_EQ(r.models.name[8], "true score");
    EXPECT_NEAR(r.models.auc.value[8], auc_on(world, halves.group[1], true_score), 1e-12);
    // What was found over the default, and the truth over that, where none of them was chosen.
    const double best_auc = r.trials.test_auc[static_cast<std::size_t>(r.best.trial)];
    EXPECT_NEAR(r.summary.found_gain.value, best_auc - r.trials.test_auc[0], 1e-12);
    EXPECT_NEAR(r.summary.truth_margin.value, r.trials.test_auc[2] - best_auc, 1e-12);
    for (const IntervalValue& v : {r.summary.found_gain, r.summary.truth_margin})
      EXPECT_LE(v.low, v.high);
    EXPECT_EQ(r.summary.better_than_truth,
              std::count_if(r.trials.test_auc.begin() + 3, r.trials.test_auc.end(),
                            [&](double auc) { return auc > r.trials.test_auc[2]; }));
    EXPECT_EQ(r.summary.resampled, "account trees");
    EXPECT_EQ(r.summary.ceiling_auc, world.truth->ceiling_auc);
  }
}

// Nothing of the test half enters the search: with other outcomes there, all of it stays.
TEST(RoleWeights, DoNotSeeTheTestHalf) {
  World world = study_world(4);
  const StudySpec spec = small_study();
  const StudyRecord before = record_of(spec, world);
  const Halves halves(world);
  std::set<AccountId> trees[2];
  const std::vector<AccountId> roots = tree_roots(world.accounts.parents);
  for (const int half : {0, 1})
    for (const std::size_t g : halves.group[half])
      trees[half].insert(roots[world.groups.accounts[g].index()]);
  for (const AccountId root : trees[1]) EXPECT_FALSE(trees[0].contains(root));
  for (const std::size_t g : halves.group[1])
    world.outcomes.outcome[g] =
        world.outcomes.outcome[g] == Outcome::won ? Outcome::lost : Outcome::won;
  const StudyRecord after = record_of(spec, world);
  EXPECT_EQ(after.trials.weight, before.trials.weight);
  EXPECT_EQ(after.trials.train_auc.value, before.trials.train_auc.value);
  EXPECT_TRUE(same_bits(after.trials.replicates, before.trials.replicates));
  EXPECT_EQ(after.best.trial, before.best.trial);
  EXPECT_EQ(after.best.model, before.best.model);
  EXPECT_EQ(after.roles.found.value, before.roles.found.value);
  EXPECT_EQ(after.roles.found.low, before.roles.found.low);
  for (std::size_t t = 0; t < before.trials.size(); ++t)  // and the test half is turned over
    EXPECT_NEAR(after.trials.test_auc[t], 1 - before.trials.test_auc[t], 1e-12);
}

TEST(RoleWeights, FindTheBestOfTheSearch) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    StudySpec spec = small_study();
    spec.search.seed = seed;
    const StudyRecord r = record_of(spec, study_world(5));
    const std::size_t begin = first_of_search(r), n = r.trials.size();
    const auto best_of = [&](auto auc) {  // the first of equals
      std::size_t best = begin;
      for (std::size_t t = begin; t < n; ++t)
        if (auc(t) > auc(best)) best = t;
      return best;
    };
    const auto share = [&](std::size_t trial, std::size_t role) {
      const std::vector<double> w = weights_of(r, trial);
      return w[role] / std::accumulate(w.begin(), w.end(), 0.);
    };
    const std::size_t best = best_of([&](auto t) { return r.trials.train_auc.value[t]; });
    EXPECT_EQ(r.best.trial, static_cast<std::int64_t>(best));
    const std::size_t replicates = spec.bootstrap.replicates;
    for (std::size_t c = 0; c < 6; ++c) {
      EXPECT_EQ(r.roles.found.value[c], share(best, c));
      EXPECT_NEAR(r.roles.base[c], share(0, c), 1e-15);
      EXPECT_NEAR(r.roles.truth[c], share(2, c), 1e-15);
      std::vector<double> drawn;
      for (std::size_t k = 0; k < replicates; ++k) {
        const auto auc = [&](auto t) { return r.trials.replicates[t * replicates + k]; };
        if (!std::isnan(auc(begin))) drawn.push_back(share(best_of(auc), c));
      }
      const auto [low, high] = percentile_interval(drawn, .95);
      EXPECT_EQ(r.roles.found.low[c], low);
      EXPECT_EQ(r.roles.found.high[c], high);
    }
    EXPECT_NEAR(std::accumulate(r.roles.found.value.begin(), r.roles.found.value.end(), 0.), 1,
                1e-12);
    for (std::size_t t = 0; t < n; ++t) {
      const auto [low, high] = percentile_interval(row(r.trials.replicates, n, t), .95);
      EXPECT_TRUE(same_bits(r.trials.train_auc.low[t], low));
      EXPECT_TRUE(same_bits(r.trials.train_auc.high[t], high));
    }
    for (const double gain : {r.models.gain.value[0], r.models.gain.low[0], r.models.gain.high[0]})
      EXPECT_EQ(gain, 0);
    for (std::size_t m = 0; m < r.models.name.size(); ++m)
      EXPECT_EQ(r.models.gain.value[m], r.models.auc.value[m] - r.models.auc.value[0]);
  }
}

// Where the wins of the train half are in one tree, many replicates have none: no best, either.
TEST(RoleWeights, LeaveOutReplicatesWithoutBothOutcomes) {
  World world = study_world(6);
  const Halves halves(world);
  for (std::size_t i = 1; i < halves.group[0].size(); ++i)
    world.outcomes.outcome[halves.group[0][i]] = Outcome::lost;
  world.outcomes.outcome[halves.group[0][0]] = Outcome::won;
  StudySpec spec = small_study();
  spec.search.method = "random";
  spec.bootstrap.replicates = 60;
  const StudyRecord r = record_of(spec, world);
  const std::size_t begin = first_of_search(r);
  std::set<std::size_t> bests;
  std::size_t undefined = 0;
  for (std::size_t k = 0; k < 60; ++k) {
    std::size_t best = begin;
    for (std::size_t t = begin; t < r.trials.size(); ++t)
      if (r.trials.replicates[t * 60 + k] > r.trials.replicates[best * 60 + k]) best = t;
    if (std::isnan(r.trials.replicates[begin * 60 + k]))
      ++undefined;
    else
      bests.insert(best);
  }
  EXPECT_GT(undefined, 5u);
  ASSERT_FALSE(bests.contains(begin));  // so that it would show
  for (std::size_t c = 0; c < 6; ++c) {
    double least = 1, most = 0;
    for (const std::size_t t : bests) {
      const std::vector<double> w = weights_of(r, t);
      const double share = w[c] / std::accumulate(w.begin(), w.end(), 0.);
      least = std::min(least, share), most = std::max(most, share);
    }
    EXPECT_GE(r.roles.found.low[c], least);
    EXPECT_LE(r.roles.found.high[c], most);
  }
}

TEST(RoleWeights, KeepTheBestAsAModel) {
  const World world = study_world(7);
  const StudyRecord r = record_of(small_study(), world);
  const Model best = parse_model(r.best.model, "best");
  EXPECT_EQ(best.name, "test-found");
  const auto trial = static_cast<std::size_t>(r.best.trial);
  std::vector<double> weights;
  for (const RoleCard& card : best.templates.at(0).roles) weights.push_back(card.weighting);
  EXPECT_EQ(weights, weights_of(r, trial));
  const Halves halves(world);
  EXPECT_NEAR(auc_on(world, halves.group[1], engagement(world, best)), r.trials.test_auc[trial],
              1e-12);
}

TEST(RoleWeights, SayWhatTheyWereMadeFrom) {
  const World world = study_world(7);
  StudySpec spec = small_study();
  spec.question = "Why?";
  spec.world.file = "somewhere/else/w.h5";
  const StudyRecord r = record_of(spec, world);
  EXPECT_EQ(r.recipe.study, "test");
  EXPECT_EQ(r.recipe.world_digest, content_digest(world));
  EXPECT_EQ(r.recipe.world_specification, world.truth->specification);
  EXPECT_EQ(r.recipe.base_model, to_toml(load_model("ajo-seed")));
  const StudySpec again = parse_study_spec(r.recipe.specification, "recipe");
  EXPECT_EQ(again.question, "Why?");
  EXPECT_EQ(again.search.candidates, 30u);
  EXPECT_EQ(content_digest(record_of(again, world)), content_digest(r));  // wherever the file was
  std::int64_t won = 0, decided = 0;
  for (const Outcome outcome : world.outcomes.outcome) {
    won += outcome == Outcome::won;
    decided += outcome != Outcome::open;
  }
  EXPECT_EQ(r.summary.groups, decided);
  EXPECT_EQ(r.summary.won, won);
  EXPECT_EQ(r.summary.train_groups + r.summary.test_groups, decided);
  EXPECT_EQ(r.summary.replicates, 20);
  EXPECT_EQ(r.summary.confidence, .95);
}

// Bins, bands and coverage, counted again.
TEST(RoleWeights, DescribeTheGroupsUnderTheBestModel) {
  const World world = study_world(8);
  const StudyRecord r = record_of(small_study(), world);
  const Model best = parse_model(r.best.model, "best");
  const ScoresByRole scores = score_by_role(world, best, parse_as_of("outcome-1d"));
  const auto is_in = [](double value, double low, double high, bool last) {
    return value >= low && (value < high || last);
  };
  std::vector<std::int64_t> won(30, 0), lost(30, 0), band_won(6, 0), band_lost(6, 0);
  for (std::size_t i = 0; i < scores.scores.groups.size(); ++i) {
    const bool is_won =
        world.outcomes.outcome[scores.scores.groups.group[i].index()] == Outcome::won;
    const double engaged = scores.scores.groups.engagement[i];
    for (std::size_t b = 0; b < 30; ++b)
      if (is_in(engaged, r.scores.low[b], r.scores.high[b], b == 29)) ++(is_won ? won : lost)[b];
    const double complete = scores.scores.groups.completeness[i];
    for (std::size_t b = 0; b < 6; ++b)
      if (is_in(complete, r.completeness.low[b], r.completeness.high[b], b == 5))
        ++(is_won ? band_won : band_lost)[b];
  }
  EXPECT_EQ(r.scores.won, won);
  EXPECT_EQ(r.scores.lost, lost);
  EXPECT_EQ(r.completeness.won, band_won);
  EXPECT_EQ(r.completeness.lost, band_lost);
  EXPECT_THAT(r.completeness.low, ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(r.completeness.high, ElementsAre(20, 40, 60, 80, 100, 100));
  const auto total = [](const auto& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  };
  EXPECT_EQ(total(r.scores.won), r.summary.won);
  EXPECT_EQ(total(r.scores.won) + total(r.scores.lost), r.summary.groups);
  EXPECT_EQ(total(r.completeness.won) + total(r.completeness.lost), r.summary.groups);

  const auto n = static_cast<double>(scores.scores.groups.size());
  for (std::size_t c = 0; c < 6; ++c) {
    double members = 0, filled = 0, won_filled = 0, won_missing = 0;
    for (std::size_t i = 0; i < scores.scores.groups.size(); ++i) {
      const double in_role = scores.roles.members[i * 6 + c];
      const bool is_won =
          world.outcomes.outcome[scores.scores.groups.group[i].index()] == Outcome::won;
      members += in_role;
      filled += in_role >= 1;
      (in_role >= 1 ? won_filled : won_missing) += is_won;
    }
    EXPECT_EQ(r.coverage.members[c], members / n);
    EXPECT_EQ(r.coverage.filled[c], filled / n);
    EXPECT_EQ(r.coverage.won_if_filled[c], won_filled / filled);
    EXPECT_EQ(r.coverage.won_if_missing[c], won_missing / (n - filled));
  }
}

TEST(RoleWeights, WorkWithoutAKnownTruth) {
  World world = study_world(9);
  const World with = world;
  world.truth.reset();
  StudySpec spec = small_study();
  const StudyRecord r = record_of(spec, world);
  EXPECT_EQ(parse_study_spec(r.recipe.specification, "recipe").model.activities, "base");
  EXPECT_EQ(r.recipe.world_specification, "");
  EXPECT_TRUE(r.roles.truth.empty());
  EXPECT_EQ(r.trials.size(), 2u + 30);
  EXPECT_EQ(r.models.name.size(), 3u);
  EXPECT_TRUE(std::isnan(r.summary.ceiling_auc));
  for (const double v :
       {r.summary.truth_margin.value, r.summary.truth_margin.low, r.summary.truth_margin.high})
    EXPECT_TRUE(std::isnan(v));
  EXPECT_EQ(r.summary.better_than_truth, -1);
  EXPECT_FALSE(std::isnan(r.summary.found_gain.value));
  spec.model.activities = "base";  // what is found does not depend on what is known
  const StudyRecord known = record_of(spec, with);
  EXPECT_EQ(r.roles.found.value, known.roles.found.value);
  EXPECT_EQ(r.best.model.substr(r.best.model.find("[activities]")),
            known.best.model.substr(known.best.model.find("[activities]")));
  for (std::size_t m = 0; m < 3; ++m) EXPECT_EQ(r.models.auc.value[m], known.models.auc.value[m]);
}

TEST(RoleWeights, TuneTheModelThatAWorldComesWith) {
  const World world = study_world(10);
  StudySpec spec = small_study();
  const StudyRecord seed = record_of(spec, world);
  spec.model.base = "vendor";  // the same weights, in the built-in vocabulary
  const StudyRecord vendor = record_of(spec, world);
  EXPECT_EQ(vendor.models.name[0], "vendor");
  EXPECT_EQ(vendor.trials.train_auc.value, seed.trials.train_auc.value);
  EXPECT_EQ(vendor.models.auc.value, seed.models.auc.value);
}

// With next to no noise, what is found is nearer to the truth than what one began with, and better.
TEST(RoleWeights, ComeNearTheTruth) {
  WorldSpec world = small_spec(11);
  world.size.accounts = 2'000;
  world.size.people = 20'000;
  world.size.activities = 400'000;
  world.outcome.noise = .05;
  StudySpec spec = small_study();
  spec.search.candidates = 300;
  const StudyRecord r = record_of(spec, generate_world(world));
  const auto distance = [&](const std::vector<double>& share) {
    double sum = 0;
    for (std::size_t c = 0; c < share.size(); ++c) sum += std::abs(share[c] - r.roles.truth[c]);
    return sum;
  };
  EXPECT_LT(distance(r.roles.found.value), .5 * distance(r.roles.base));
  const auto trial = [&](std::string_view origin) {
    std::size_t t = 0;
    while (r.trials.origin[t] != origin) ++t;
    return r.trials.test_auc[t];
  };
  EXPECT_GT(r.trials.test_auc[static_cast<std::size_t>(r.best.trial)], trial("default") + .01);
  EXPECT_GT(trial("truth"), trial("default") + .01);
}

struct Counter : Progress {
  std::atomic<std::uint64_t> done = 0;
  std::uint64_t total = 0;
  int ends = 0;
  void begin(std::string_view, std::uint64_t n, std::string_view) override { total = n; }
  void advance(std::uint64_t n) override { done += n; }
  void end() override { ++ends; }
};

TEST(RoleWeights, TellTheirProgress) {
  Counter counter;
  run_role_weights(small_study(), study_world(1), &counter);
  EXPECT_EQ(counter.done, counter.total);
  EXPECT_GE(counter.total, 30u);
  EXPECT_EQ(counter.ends, 1);
}

std::string complaint(const StudySpec& spec, const World& world) {
  try {
    record_of(spec, world);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(RoleWeights, AreRefusedWithoutTwoHalvesOfOutcomes) {
  const World whole = study_world(12);
  const auto complaint_after = [&](const std::function<void(World&)>& apply) {
    World world = whole;
    apply(world);
    return complaint(small_study(), world);
  };
  const auto say_what_is_needed =
      AllOf(HasSubstr("outcome"), HasSubstr("won and lost groups in several account trees"));
  EXPECT_THAT(
      complaint_after([](World& w) { std::ranges::fill(w.outcomes.outcome, Outcome::open); }),
      AllOf(say_what_is_needed, HasSubstr("fewer than four groups have an outcome")));
  EXPECT_THAT(complaint_after([](World& w) { std::ranges::fill(w.outcomes.date, Timestamp{}); }),
              say_what_is_needed);
  for (const Outcome all : {Outcome::won, Outcome::lost})
    EXPECT_THAT(complaint_after([&](World& w) { std::ranges::fill(w.outcomes.outcome, all); }),
                AllOf(say_what_is_needed, HasSubstr("no won or no lost group")));
  EXPECT_THAT(complaint_after([](World& w) {  // one half has both, the other one of them
                const Halves halves(w);
                for (const std::size_t g : halves.group[1]) w.outcomes.outcome[g] = Outcome::lost;
              }),
              say_what_is_needed);
}

// All accounts in one tree: nothing can be held out as a whole.
TEST(RoleWeights, HalveTheGroupsOfOneTree) {
  World world = study_world(12);
  for (std::size_t a = 1; a < world.accounts.size(); ++a) world.accounts.parents[a] = AccountId{0};
  const StudyRecord r = record_of(small_study(), world);
  EXPECT_EQ(r.summary.trees, 1);
  EXPECT_EQ(r.summary.resampled, "groups");
  EXPECT_LE(std::abs(r.summary.train_groups - r.summary.test_groups), 1);
}

TEST(RoleWeights, AreRefusedOfModelsThatAreNoSums) {
  const World world = study_world(12);
  StudySpec spec = small_study();
  for (const char* model : {"ajo-2026", "ajo-2026-literal"}) {
    spec.model.base = model;
    EXPECT_THAT(complaint(spec, world),
                AllOf(HasSubstr("model '" + std::string(model) + "'"),
                      HasSubstr("not made of role sums"), HasSubstr("ajo-seed")));
  }
  spec.model.base = "ajo-sead";
  EXPECT_THAT(complaint(spec, world), HasSubstr("Did you mean 'ajo-seed'?"));
  spec = small_study();
  spec.search.method = "grid";
  spec.search.steps = 50;
  EXPECT_THAT(complaint(spec, world), HasSubstr("search.steps '50'"));
  World imported = world;
  imported.truth.reset();
  spec = small_study();
  spec.model.base = "vendor";
  EXPECT_THAT(complaint(spec, imported), HasSubstr("it was imported"));
}

}  // namespace
}  // namespace rolecall
