#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/error.hpp"
#include "tests/experiments/repeatable_study.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using testing::run_once;

StudySpec small_tuners() {
  StudySpec spec = load_study("tuners");
  spec.world.preset = "small";
  spec.world.set = {"size.accounts = 200", "size.people = 2000", "size.activities = 40000"};
  spec.worlds.seeds = 2;
  spec.search.candidates = 64;
  return spec;
}

std::vector<double> numbers(const StudyTable& table, const char* name) {
  return std::get<std::vector<double>>(table.column(name)->values);
}

TEST(TunersStudy, IsTheSameForAnyThreadsAndAfterAStop) {
  testing::expect_repeatable(small_tuners(), 500);
}

TEST(TunersStudy, SaysWhatEachMethodSpentAndMissed) {
  const StudySpec spec = small_tuners();
  const StudyRun run = run_once(spec);
  testing::expect_narrow(run);
  const StudyTable& tuners = *run.record.table("tuners");
  EXPECT_EQ(tuners.rows(), spec.search.methods.size());
  const StudyTable& runs = *run.record.table("runs");
  EXPECT_EQ(runs.rows(), 2 * spec.search.methods.size());
  const auto regret = numbers(runs, "regret"), spent = numbers(runs, "evaluations");
  std::size_t best = 0;
  for (std::size_t i = 0; i < runs.rows(); ++i) {
    EXPECT_GE(regret[i], 0);
    EXPECT_LE(spent[i], 64 + 1e-9);
    best += regret[i] == 0 ? 1 : 0;
  }
  EXPECT_GT(best, 0u);  // of each world, unless the truth is best
  // A trace falls, from no better than the default to what the search found.
  const StudyTable& traces = *run.record.table("traces");
  const auto at = numbers(traces, "evaluations"), trace = numbers(traces, "regret");
  const auto last = numbers(tuners, "regret");
  std::size_t method = 0;
  for (std::size_t i = 0; i < traces.rows(); ++i) {
    if (i > 0 && at[i] > at[i - 1]) EXPECT_LE(trace[i], trace[i - 1]);
    if (at[i] == 64) EXPECT_DOUBLE_EQ(trace[i], last[method++]);
  }
  EXPECT_EQ(method, tuners.rows());
  for (const double v : numbers(*run.record.table("worlds"), "truth_test")) EXPECT_GT(v, .5);
}

TEST(TunersStudy, LeavesOutWhatTheSpaceDoesNotAdmit) {
  StudySpec spec = small_tuners();
  spec.worlds.seeds = 1;
  spec.search.candidates = 20;
  spec.search.methods = {"random", "grid", "bobyqa"};
  StudyRun run = run_once(spec);
  EXPECT_EQ(run.record.table("tuners")->rows(), 2u);
  EXPECT_THAT(run.warnings, ::testing::Contains(HasSubstr("grid is left out: no grid over 6")));
  spec.space = {{.path = "window_days", .low = 5, .high = 40, .whole = true}};
  run = run_once(spec);
  EXPECT_THAT(run.warnings, ::testing::Contains(HasSubstr("bobyqa is left out")));
  EXPECT_EQ(run.record.table("tuners")->rows(), 2u);
  for (const auto& methods : {std::vector<std::string>{"external"}, {"random", "random"}}) {
    spec.search.methods = methods;
    EXPECT_THROW(run_once(spec), InputError);
  }
}

TEST(TunersStudy, TakesRolesAndActivitiesTogether) {
  StudySpec spec = small_tuners();
  spec.worlds.seeds = 1;
  spec.model.activities = "base";
  spec.search.methods = {"refine", "logistic", "halving"};
  spec.space.push_back({.path = "activity.*.weight", .low = 0, .high = 50});
  const StudyRun run = run_once(spec);
  EXPECT_EQ(run.record.table("tuners")->rows(), 3u);
}

}  // namespace
}  // namespace rolecall
