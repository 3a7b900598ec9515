#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "scoring/model_file.hpp"
#include "tests/experiments/comparison_study.hpp"

namespace rolecall {
namespace {

using namespace testing;  // NOLINT
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t row_of_pair(const StudyRecord& record, const std::string& a, const std::string& b) {
  for (std::size_t row = 0; row < record.table("pairs")->rows(); ++row)
    if (text(record, "pairs", "a", row) == a && text(record, "pairs", "b", row) == b) return row;
  ADD_FAILURE() << a << ", " << b;
  return 0;
}

TEST(ModelsStudy, ComparesEveryTwoModelsAsTheirScoresSay) {
  const StudyRun run = run_comparison(comparison_study("models", {"ajo-example", "ajo-2026"}));
  const World world = generate_world(small_spec(1));
  const JudgedScores a = judged_scores(world, load_model("ajo-example"));
  const JudgedScores b = judged_scores(world, load_model("ajo-2026"));
  const std::size_t row = row_of_pair(run.record, "ajo-example", "ajo-2026");
  const auto figure = [&](const char* column) { return numbers(run.record, "pairs", column)[row]; };
  EXPECT_NEAR(figure("gain"),
              area_under_curve(b.engagement, b.won) - area_under_curve(a.engagement, a.won), 1e-12);
  const auto n = static_cast<double>(a.won.size());
  EXPECT_NEAR(figure("flipped"), slow_flips(a.engagement, b.engagement, std::round(.1 * n)) / n,
              1e-12);
  EXPECT_NEAR(figure("kendall_tau"), slow_tau(a.engagement, b.engagement), 1e-12);
  EXPECT_LE(figure("gain_low"), figure("gain"));
  EXPECT_GE(figure("gain_high"), figure("gain"));
  const auto& of_a = numbers(run.record, "replicates", "ajo-example");
  const auto& of_b = numbers(run.record, "replicates", "ajo-2026");
  double better = 0;
  for (std::size_t r = 0; r < 40; ++r) better += of_b[r] > of_a[r];
  EXPECT_NEAR(figure("better_share"), better / 40, 1e-12);

  const std::size_t models = run.record.table("models")->rows();
  EXPECT_EQ(run.record.table("pairs")->rows(), models * (models - 1) / 2);
  EXPECT_EQ(text(run.record, "models", "model", 0), "ajo-seed");
}

TEST(ModelsStudy, SaysHowMuchTheBestBeatsTheNext) {
  const StudyRun run = run_comparison(comparison_study("models", {"ajo-example", "ajo-2026"}));
  const auto name = [&](const char* key) {
    return std::get<std::string>(*run.record.summary_value(key));
  };
  const auto value = [&](const char* key) {
    return std::get<double>(*run.record.summary_value(key));
  };
  EXPECT_GE(value("margin"), 0);
  EXPECT_LE(value("margin_low"), value("margin_high"));
  for (const char* part : {"best", "second", "truth"})
    EXPECT_THAT(run.text, HasSubstr(part == std::string("truth") ? "true model" : name(part)));
  for (std::size_t row = 0; row < run.record.table("metrics")->rows(); ++row)
    if (text(run.record, "metrics", "metric", row) == "auc" &&
        !text(run.record, "metrics", "model", row).starts_with("tru"))
      EXPECT_LE(numbers(run.record, "metrics", "value")[row], value("best_value"));
}

TEST(ModelsStudy, GivesOneRecordForAnyThreadsAndWhenResumed) {
  expect_same_record(comparison_study("models", {"ajo-2026", "vendor"}), "compare", 3);
}

TEST(ModelsStudy, LeavesOutWhatAGivenWorldCannotSay) {
  StudyTask task = comparison_study("models", {"vendor", "truth", "ajo-example"});
  task.world = generate_world(small_spec(1));
  task.world->truth.reset();
  const StudyRun run = run_comparison(std::move(task));
  EXPECT_THAT(run.warnings, Contains(AllOf(HasSubstr("\"vendor\""), HasSubstr("left out"))));
  EXPECT_THAT(run.warnings, Contains(AllOf(HasSubstr("\"truth\""), HasSubstr("left out"))));
  EXPECT_THAT(run.text, Not(HasSubstr("true model")));
}

TEST(ModelsStudy, TellsOneNameFromAnother) {
  const StudyRun run =
      run_comparison(comparison_study("models", {"ajo-seed", "ajo-example", "ajo-example"}));
  EXPECT_NE(run.record.table("replicates")->column("ajo-seed (2)"), nullptr);
  EXPECT_NE(run.record.table("replicates")->column("ajo-example (2)"), nullptr);
  EXPECT_THAT(run.text, HasSubstr("ajo-seed (2) ranks groups as ajo-seed does"));
}

TEST(ModelsStudy, RefusesWhatRanksNothing) {
  StudyTask task = comparison_study("models");
  task.world = generate_world(small_spec(1));
  TextColumn roles;
  for (std::size_t i = 0; i < task.world->roles.size(); ++i)
    roles.push_back("Nobody " + std::to_string(i));
  task.world->roles = roles;
  task.world->truth.reset();
  try {
    run_comparison(std::move(task));
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("same score"));
  }
}

TEST(ModelsStudy, WarnsOfModelsThatNameOtherActivities) {
  const StudyRun run = run_comparison(comparison_study("models", {"ajo-2026"}));
  EXPECT_THAT(run.warnings, Contains(HasSubstr("3 of the 8 activities that ajo-2026 names")));
}

}  // namespace
}  // namespace rolecall
