#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/simulation.hpp"
#include "tests/experiments/repeatable_study.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::run_once;

StudySpec small_study() {
  StudySpec spec = load_study("calibration");
  spec.worlds.seeds = 6;
  spec.simulation.scenarios = {"small", "small-business"};
  spec.simulation.set = {"world.size.accounts = 60", "world.size.people = 600", "run.days = 90",
                         "run.burn_in = 30"};
  return spec;
}

const std::vector<double>& numbers(const StudyRecord& record, const char* table,
                                   const char* column) {
  return std::get<std::vector<double>>(record.table(table)->column(column)->values);
}

TEST(CalibrationStudy, IsTheSameForAnyThreadsAndAfterAStop) {
  testing::expect_repeatable(small_study(), 4);
}

TEST(CalibrationStudy, HoldsTheMeanOfItsRunsAgainstTargets) {
  const StudySpec spec = small_study();
  const StudyRun run = run_once(spec);
  testing::expect_narrow(run);
  const StudyRecord& record = run.record;
  ASSERT_EQ(record.table("runs")->rows(), 12u);
  const StudyTable& table = *record.table("calibration");
  const auto text = [&](const char* column, std::size_t row) {
    return std::string(std::get<TextColumn>(table.column(column)->values)[row]);
  };
  const auto& low = numbers(record, "calibration", "low");
  const auto& high = numbers(record, "calibration", "high");
  const auto& meeting = std::get<std::vector<std::int64_t>>(table.column("meeting")->values);
  std::int64_t met = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto& runs = numbers(record, "runs", text("quantity", row).c_str());
    const std::size_t first = text("scenario", row) == "small" ? 0 : spec.worlds.seeds;
    double sum = 0, used = 0;
    std::int64_t alone = 0;
    for (std::size_t i = first; i < first + spec.worlds.seeds; ++i) {
      if (std::isnan(runs[i])) continue;
      sum += runs[i];
      ++used;
      alone += low[row] <= runs[i] && runs[i] <= high[row];
    }
    const double mean = sum / used;
    EXPECT_EQ(meeting[row], alone);
    const bool is_met = low[row] <= mean && mean <= high[row];
    EXPECT_EQ(text("verdict", row), used == 0 ? "undefined" : is_met ? "met" : "missed");
    met += is_met;
    // Nothing is sent to a paid destination here.
    if (text("quantity", row).starts_with("match_")) EXPECT_EQ(text("verdict", row), "undefined");
    if (used > 0) EXPECT_NEAR(numbers(record, "calibration", "simulated")[row], mean, 1e-12);
  }
  EXPECT_EQ(std::get<std::int64_t>(*record.summary_value("met")), met);
  EXPECT_THAT(run.text,
              HasSubstr(std::to_string(met) + " of " + std::to_string(table.rows()) + " targets"));
}

TEST(CalibrationStudy, HasTheFiguresOfARun) {
  StudySpec spec = small_study();
  spec.worlds.seeds = 1;
  spec.simulation.scenarios = {"small"};
  const StudyRecord record = run_once(spec).record;
  sim::Scenario scenario = sim::with(sim::load_scenario("small"), spec.simulation.set);
  sim::Simulation simulation(scenario, 1);
  while (simulation.done() < simulation.days()) simulation.step();
  const std::vector<double> kpis = simulation.result().kpis;
  for (const KpiInfo& info : kpi_list()) {
    const double told = numbers(record, "runs", std::string(info.name).c_str())[0];
    const double expected = kpis[kpi_index(info.name)];
    EXPECT_TRUE(told == expected || (std::isnan(told) && std::isnan(expected))) << info.name;
  }
}

// Whoever resumes after a preset has changed must not mix the two.
TEST(CalibrationStudy, HasItsScenariosInTheRecipe) {
  StudySpec spec = small_study();
  const auto recipe = recipe_of(prepare(spec));
  spec.simulation.set.push_back("sales.reps = 9");
  EXPECT_NE(recipe_of(prepare(spec)), recipe);
  StudyRecord record;
  record.recipe = recipe;
  const StudyTask again = task_of(record, "here");
  EXPECT_EQ(recipe_of(again), recipe);
  EXPECT_EQ(again.scenarios.at(1).world.size.accounts, 60u);
}

TEST(CalibrationStudy, RefusesScenariosThatThereAreNot) {
  StudySpec spec = small_study();
  spec.simulation.scenarios = {"smal"};
  try {
    run_once(spec);
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("smal"), HasSubstr("Did you mean 'small'?")));
  }
}

}  // namespace
}  // namespace rolecall
