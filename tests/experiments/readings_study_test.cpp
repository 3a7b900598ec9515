#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/auc.hpp"
#include "experiments/model_part.hpp"
#include "scoring/model_file.hpp"
#include "tests/experiments/comparison_study.hpp"

namespace rolecall {
namespace {

using namespace testing;  // NOLINT
using ::testing::HasSubstr;

const StudyRun& readings_of_the_default() {
  static const StudyRun run =
      run_comparison(comparison_study("readings", {"ajo-2026", "ajo-2026-literal"}));
  return run;
}

// The readings of a row of the cross: (axis, word).
std::vector<std::pair<std::string, std::string>> reading_of(const StudyRecord& record,
                                                            std::size_t row) {
  std::vector<std::pair<std::string, std::string>> reading;
  for (const TableColumn& column : record.table("cross")->columns)
    if (const auto* words = std::get_if<TextColumn>(&column.values))
      reading.emplace_back(column.name, std::string((*words)[row]));
  return reading;
}

std::vector<double> scores_of(const World& world,
                              const std::vector<std::pair<std::string, std::string>>& reading) {
  Model model = load_model("ajo-seed");
  for (const auto& [axis, word] : reading) ModelPart("readings." + axis).set(model, word);
  return judged_scores(world, model).engagement;
}

TEST(ReadingsStudy, SaysNoNumberOfNoHandOffs) {
  StudyTask task = comparison_study("readings");
  task.spec.hand_off.capacity = 1e-6;
  const StudyRun run = run_comparison(task);
  EXPECT_EQ(run.text.find("nan"), std::string::npos) << run.text;
}

TEST(ReadingsStudy, RanksAsScoresUnderEachReadingDo) {
  const StudyRecord& record = readings_of_the_default().record;
  const World world = generate_world(small_spec(1));
  const JudgedScores base = judged_scores(world, load_model("ajo-seed"));
  const auto n = static_cast<double>(base.won.size());
  const double top = std::round(.1 * n);
  const std::size_t rows = record.table("cross")->rows();
  ASSERT_GT(rows, 30u);
  for (std::size_t row = 0; row < rows; row += 7) {
    const std::vector<double> scores = scores_of(world, reading_of(record, row));
    const double flips = slow_flips(base.engagement, scores, top);
    EXPECT_NEAR(numbers(record, "cross", "flipped_groups")[row], flips, 1e-9) << row;
    EXPECT_NEAR(numbers(record, "cross", "flipped")[row], flips / n, 1e-12) << row;
    EXPECT_NEAR(numbers(record, "cross", "top_overlap")[row], 1 - flips / top, 1e-9) << row;
    EXPECT_NEAR(numbers(record, "cross", "kendall_tau")[row], slow_tau(base.engagement, scores),
                1e-12);
    EXPECT_EQ(numbers(record, "cross", "auc")[row], area_under_curve(scores, base.won)) << row;
  }
}

TEST(ReadingsStudy, ComparesEachAxisWithAllOthersHeld) {
  const StudyRecord& record = readings_of_the_default().record;
  const World world = generate_world(small_spec(1));
  const std::size_t rows = record.table("cross")->rows();
  for (std::size_t axis = 0; axis < record.table("axes")->rows(); ++axis) {
    const std::string name = text(record, "axes", "axis", axis);
    if (name != "person_transform") continue;
    double tau = 0, worst = 1, flipped = 0;
    std::int64_t pairs = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      auto reading = reading_of(record, row);
      const auto own =
          std::ranges::find(reading, name, &std::pair<std::string, std::string>::first);
      const std::string of_base = "none";
      if (own->second == of_base) continue;
      const std::vector<double> to = scores_of(world, reading);
      own->second = of_base;
      const std::vector<double> from = scores_of(world, reading);
      const double one = slow_tau(from, to);
      tau += one;
      worst = std::min(worst, one);
      flipped = std::max(flipped, slow_flips(from, to, std::round(.1 * from.size())) / from.size());
      ++pairs;
    }
    EXPECT_EQ(
        std::get<std::vector<std::int64_t>>(record.table("axes")->column("pairs")->values)[axis],
        pairs);
    EXPECT_NEAR(numbers(record, "axes", "mean_tau")[axis], tau / static_cast<double>(pairs), 1e-12);
    EXPECT_NEAR(numbers(record, "axes", "worst_tau")[axis], worst, 1e-12);
    EXPECT_NEAR(numbers(record, "axes", "worst_flipped")[axis], flipped, 1e-12);
  }
}

TEST(ReadingsStudy, TakesEveryReadingByItself) {
  const StudyRecord& record = readings_of_the_default().record;
  std::map<std::string, int> seen;
  const std::size_t rows = record.table("readings")->rows();
  const auto& crossed =
      std::get<std::vector<std::int64_t>>(record.table("readings")->column("crossed")->values);
  std::size_t combinations = 1;
  std::map<std::string, std::size_t> values;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string axis = text(record, "readings", "axis", row);
    ++seen[axis];
    if (crossed[row] == 1) ++values[axis];
    const double tau = numbers(record, "readings", "kendall_tau")[row];
    if (axis == "group_transform" || axis == "group_scaling") {
      EXPECT_GT(tau, .999) << axis;
      EXPECT_EQ(crossed[row], 0);
    }
    if (axis == "role_denominator") EXPECT_LT(tau, .999);
    if (axis.empty()) EXPECT_NEAR(tau, 1, 1e-12);
  }
  for (const auto& [axis, n] : values) combinations *= n + 1;
  EXPECT_EQ(record.table("cross")->rows(), combinations);
  const std::map<std::string, int> want{{"", 2},
                                        {"weight_scaling", 2},
                                        {"person_transform", 1},
                                        {"person_scaling", 2},
                                        {"aggregation", 2},
                                        {"role_denominator", 2},
                                        {"group_transform", 1},
                                        {"group_scaling", 2},
                                        {"completeness_roles", 1},
                                        {"display_rounding", 2},
                                        {"since_creation", 1},
                                        {"day_boundary", 2}};
  EXPECT_EQ(seen, want);
}

TEST(ReadingsStudy, SetsTheChoiceOfReadingsAgainstThatOfWeights) {
  const StudyRun& run = readings_of_the_default();
  EXPECT_THAT(run.text, HasSubstr("The true weights"));
  EXPECT_THAT(run.text, HasSubstr("read as ajo-2026-literal against read as ajo-2026"));
  const auto& flips = numbers(run.record, "cross", "flipped_groups");
  EXPECT_EQ(std::get<double>(*run.record.summary_value("worst_flipped_groups")),
            std::ranges::max(flips));
  const double of_weights = std::get<double>(*run.record.summary_value("weights_flipped_groups"));
  EXPECT_EQ(std::get<std::int64_t>(*run.record.summary_value("combinations_above_weights")),
            std::ranges::count_if(flips, [&](double v) { return v > of_weights; }));
}

TEST(ReadingsStudy, KnowsNothingOfAReadingThatGivesAllOneScore) {
  // All do the lightest activity, which min-max scaling gives no weight; the heavier one is done
  // once, before all else, by somebody who is in no group.
  StudyTask task = comparison_study("readings");
  World world = generate_world(small_spec(1));
  ActivityLog& log = world.activities;
  std::size_t outsider = 0;
  while (std::ranges::find(world.members.people, PersonId{outsider}) !=
             world.members.people.end() ||
         log.offsets[outsider] == log.offsets[outsider + 1])
    ++outsider;
  std::ranges::fill(log.types, ActivityTypeId{0});
  log.types[log.offsets[outsider]] = ActivityTypeId{1};
  log.times[log.offsets[outsider]] = std::ranges::min(log.times);
  task.base->activities = {{std::string(log.type_names[0]), 30},
                           {std::string(log.type_names[1]), 60}};
  task.world = std::move(world);
  task.world->truth.reset();
  task.base->window_days = 3'650;
  const StudyRecord record = run_comparison(task).record;
  std::size_t constant = 0;
  for (std::size_t row = 0; row < record.table("cross")->rows(); ++row) {
    const auto reading = reading_of(record, row);
    const bool scales =
        std::ranges::find(reading, std::pair<std::string, std::string>{"weight_scaling",
                                                                       "min-max"}) != reading.end();
    constant += scales;
    for (const char* column : {"kendall_tau", "top_overlap", "flipped", "flipped_groups", "auc"})
      EXPECT_EQ(std::isnan(numbers(record, "cross", column)[row]), scales) << row;
  }
  EXPECT_GT(constant, 0u);
  EXPECT_EQ(std::get<std::int64_t>(*record.summary_value("constant")),
            static_cast<std::int64_t>(constant));
}

TEST(ReadingsStudy, GivesOneRecordForAnyThreadsAndWhenResumed) {
  expect_same_record(comparison_study("readings"), "all readings", 40);
}

}  // namespace
}  // namespace rolecall
