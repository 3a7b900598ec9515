#include "experiments/evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

// Bits, so that NaN equals NaN.
std::vector<std::uint64_t> bits(const Evaluation& e) {
  std::vector<std::uint64_t> out{e.groups, e.won, e.lost, e.trees, e.folds, e.replicates_used};
  const auto add = [&](const Interval& interval) {
    for (const double x : {interval.value, interval.low, interval.high}) {
      std::uint64_t word;
      std::memcpy(&word, &x, sizeof word);
      out.push_back(word);
    }
  };
  for (const Interval& interval : e.metrics) add(interval);
  for (const ReliabilityBin& bin : e.reliability) {
    out.push_back(bin.groups);
    add({bin.predicted, 0, 0});
    add(bin.observed);
  }
  return out;
}

std::string message_of(const LabelledScores& s, const EvaluationOptions& options = {}) {
  try {
    evaluate(s, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Evaluate, CountsWhatItSaw) {
  const LabelledScores s = testing::clustered_scores(1, 40, 5);
  const Evaluation e = evaluate(s, {.replicates = 300});
  EXPECT_EQ(e.groups, 200u);
  EXPECT_EQ(e.won + e.lost, 200u);
  EXPECT_EQ(e.trees, 40u);
  EXPECT_EQ(e.folds, 5u);
  EXPECT_EQ(e.resampling_unit, ResamplingUnit::account_trees);
  EXPECT_EQ(e.replicates_used, 300u);
  EXPECT_EQ(e.replicates_left_out, 0u);
  std::size_t binned = 0;
  double last = -1;
  for (const ReliabilityBin& bin : e.reliability) {
    binned += bin.groups;
    EXPECT_GT(bin.predicted, last);
    EXPECT_LE(bin.observed.low, bin.observed.value);
    EXPECT_GE(bin.observed.high, bin.observed.value);
    last = bin.predicted;
  }
  EXPECT_EQ(binned, 200u);
  for (const Metric metric : {Metric::auc, Metric::pr_auc, Metric::brier, Metric::brier_skill}) {
    EXPECT_LT(e[metric].low, e[metric].value) << to_string(metric);
    EXPECT_GT(e[metric].high, e[metric].value) << to_string(metric);
  }
}

// From scikit-learn 1.9.1 on the same rows and folds: roc_auc_score, average_precision_score, and
// brier_score_loss and log_loss of IsotonicRegression(out_of_bounds="clip"), for the log loss
// clipped to 1/202 … 201/202.
TEST(Evaluate, AgreesWithScikitLearn) {
  const Evaluation e = evaluate(testing::random_scores(42, 200, 20, 25), {.replicates = 0});
  EXPECT_NEAR(e[Metric::auc].value, 0.75492187499999996, 1e-13);
  EXPECT_NEAR(e[Metric::pr_auc].value, 0.42572244725169295, 1e-13);
  EXPECT_NEAR(e[Metric::brier].value, 0.14776827512190596, 1e-13);
  EXPECT_NEAR(e[Metric::log_loss].value, 0.45671889021613515, 1e-13);
}

TEST(Evaluate, ForgetsTheOrderOfRows) {
  for (const std::size_t trees : {1u, 3u, 25u}) {
    const LabelledScores s = testing::random_scores(8, 150, trees, 12);
    const auto expected = bits(evaluate(s, {.replicates = 100}));
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      EXPECT_EQ(bits(evaluate(testing::shuffled(s, seed), {.replicates = 100})), expected);
  }
}

TEST(Evaluate, SameBitsForAnyNumberOfThreads) {
  const LabelledScores s = testing::random_scores(8, 20'000, 3000, 5000);
  std::vector<std::uint64_t> expected;
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const parallel::ThreadLimit limit(threads);
    const auto got = bits(evaluate(s, {.replicates = 101}));
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected) << threads << " threads";
  }
}

TEST(Evaluate, SeedsGiveOtherIntervalsAndTheSameValues) {
  const LabelledScores s = testing::clustered_scores(1, 40, 5);
  const Evaluation a = evaluate(s, {.replicates = 100, .seed = 1});
  const Evaluation b = evaluate(s, {.replicates = 100, .seed = 2});
  EXPECT_EQ(a[Metric::auc].value, b[Metric::auc].value);
  EXPECT_NE(a[Metric::auc].low, b[Metric::auc].low);
}

TEST(Evaluate, OneTreeResamplesGroups) {
  const Evaluation e = evaluate(testing::random_scores(2, 60, 1, 10), {.replicates = 50});
  EXPECT_EQ(e.trees, 1u);
  EXPECT_EQ(e.resampling_unit, ResamplingUnit::groups);
  EXPECT_EQ(e.folds, 5u);
  EXPECT_LT(e[Metric::auc].low, e[Metric::auc].high);
}

TEST(Evaluate, FewTreesMakeFewFolds) {
  const Evaluation e = evaluate(testing::random_scores(2, 60, 3, 10), {.replicates = 50});
  EXPECT_EQ(e.trees, 3u);
  EXPECT_EQ(e.folds, 3u);
}

TEST(Evaluate, LeavesOutReplicatesWithoutBothOutcomes) {
  // Each of two trees has one outcome: half of all replicates draw one of them twice.
  const LabelledScores s{.score = {3, 4, 1, 2}, .won = {1, 1, 0, 0}, .tree = {0, 0, 1, 1}};
  const Evaluation e = evaluate(s, {.replicates = 1000});
  EXPECT_EQ(e.replicates_used + e.replicates_left_out, 1000u);
  EXPECT_NEAR(static_cast<double>(e.replicates_left_out), 500, 70);
  EXPECT_EQ(e[Metric::auc].low, 1);
}

TEST(Evaluate, WithoutReplicatesThereAreNoIntervals) {
  const Evaluation e = evaluate(testing::random_scores(2, 60, 9, 10), {.replicates = 0});
  EXPECT_FALSE(std::isnan(e[Metric::auc].value));
  EXPECT_TRUE(std::isnan(e[Metric::auc].low));
  EXPECT_TRUE(std::isnan(e[Metric::auc].high));
}

TEST(Evaluate, NeedsBothOutcomes) {
  const LabelledScores all_lost{.score = {1, 2}, .won = {0, 0}, .tree = {0, 1}};
  const LabelledScores all_won{.score = {1, 2}, .won = {1, 1}, .tree = {0, 1}};
  EXPECT_NE(message_of(all_lost).find("all of the 2 groups with an outcome are lost"),
            std::string::npos);
  EXPECT_NE(message_of(all_won).find("are won"), std::string::npos);
  EXPECT_NE(message_of({}).find("no scored group has an outcome"), std::string::npos);
}

TEST(Evaluate, ReportsEveryOptionOutOfRange) {
  const std::string message =
      message_of(testing::random_scores(1, 9, 3, 3), {.confidence = 95, .folds = 1, .bins = 0});
  for (const char* field : {"confidence", "folds", "bins"})
    EXPECT_NE(message.find(field), std::string::npos) << message;
}

// Intervals of 200 samples against the AUC of a sample 500 times as large. Were the groups of a
// tree taken for independent, the intervals would be far too narrow.
TEST(Evaluate, IntervalsCoverTheTruthAndNeedTheTrees) {
  constexpr EvaluationOptions exact{.replicates = 0};
  const double truth =
      evaluate(testing::clustered_scores(999, 25'000, 8), exact)[Metric::auc].value;
  constexpr int samples = 200;
  int covered = 0, covered_without_trees = 0;
  for (int i = 0; i < samples; ++i) {
    LabelledScores s = testing::clustered_scores(static_cast<std::uint64_t>(i), 50, 8);
    const auto covers = [&] {
      const Interval auc = evaluate(s, {.replicates = 400})[Metric::auc];
      return auc.low <= truth && truth <= auc.high;
    };
    covered += covers();
    s.tree.assign(s.tree.size(), 0);
    covered_without_trees += covers();
  }
  EXPECT_GE(covered, .89 * samples);
  EXPECT_LE(covered, .99 * samples);
  EXPECT_LT(covered_without_trees, .8 * samples);
}

}  // namespace
}  // namespace rolecall
