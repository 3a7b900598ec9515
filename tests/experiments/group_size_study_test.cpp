#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "sim/measures/veto.hpp"
#include "tests/experiments/repeatable_study.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using testing::run_once;

StudySpec small_study() {
  StudySpec spec = load_study("group-size");
  spec.worlds.seeds = 2;
  spec.worlds.values = {.1, .4};
  spec.simulation.set.insert(spec.simulation.set.end(),
                             {"world.size.accounts = 150", "world.size.people = 3000"});
  return spec;
}

const std::vector<double>& numbers(const StudyRecord& record, const char* table,
                                   const char* column) {
  return std::get<std::vector<double>>(record.table(table)->column(column)->values);
}

TEST(GroupSizeStudy, IsTheSameForAnyThreadsAndAfterAStop) {
  testing::expect_repeatable(small_study(), 6);
}

TEST(GroupSizeStudy, HasGroupsOfTheSizeAndVetoesAtTheRate) {
  const StudyRun run = run_once(small_study());
  testing::expect_narrow(run);
  const auto &veto = numbers(run.record, "shares", "veto"),
             &size = numbers(run.record, "shares", "size"),
             &people = numbers(run.record, "shares", "people"),
             &simulated = numbers(run.record, "shares", "simulated"),
             &residual = numbers(run.record, "shares", "residual"),
             &published = numbers(run.record, "shares", "published");
  const auto& decided =
      std::get<std::vector<std::int64_t>>(run.record.table("shares")->column("decided")->values);
  ASSERT_EQ(size.size(), 8u);
  for (std::size_t i = 0; i < size.size(); ++i) {
    EXPECT_NEAR(people[i], size[i], .1 * size[i]);
    ASSERT_GT(decided[i], 20);
    // No other vendor, nobody who leaves: everyone in the group says no on their own.
    const double expected = std::pow(1 - veto[i], size[i]);
    const double error = std::sqrt(expected * (1 - expected) / static_cast<double>(decided[i]));
    EXPECT_NEAR(simulated[i], expected, 4 * error + .02) << veto[i] << ' ' << size[i];
    EXPECT_DOUBLE_EQ(residual[i], published[i] - simulated[i]);
  }
  const auto& rmse = numbers(run.record, "vetoes", "rmse");
  EXPECT_LT(rmse[0], rmse[1]);
  EXPECT_EQ(std::get<double>(*run.record.summary_value("best_veto")), .1);
}

TEST(GroupSizeStudy, SaysThatNoRateMeetsARise) {
  const StudyRecord record = run_once(small_study()).record;
  const double least = std::get<double>(*record.summary_value("least_rmse"));
  EXPECT_NEAR(least, std::sqrt(.05 * .05 / 2 / 4), 1e-12);
  EXPECT_GE(std::get<double>(*record.summary_value("fitted_rmse")), least);
  const auto& residual = numbers(record, "fit", "residual");
  EXPECT_GE(residual[2] - residual[1], .05);
  EXPECT_THAT(std::get<std::string>(*record.summary_value("finding")),
              HasSubstr("No veto rate meets the published shares"));
}

TEST(GroupSizeStudy, WantsOneScenarioAndSomeRates) {
  const auto complaint = [](const StudySpec& spec) -> std::string {
    try {
      run_once(spec);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  StudySpec two = small_study();
  two.simulation.scenarios = {"small", "small-business"};
  EXPECT_THAT(complaint(two), HasSubstr("simulation.scenarios"));
  StudySpec none = small_study();
  none.worlds.vary.clear();
  none.worlds.values.clear();
  EXPECT_THAT(complaint(none), HasSubstr("worlds.vary"));
  StudySpec typo = small_study();
  typo.worlds.vary = {"deal.vetto", "deal.veto_unknown"};
  EXPECT_THAT(complaint(typo), HasSubstr("vetto"));
}

}  // namespace
}  // namespace rolecall
