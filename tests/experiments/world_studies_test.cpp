#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/auc.hpp"
#include "core/parallel.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "scoring/score.hpp"
#include "study_tasks.hpp"

// Studies that make their own worlds: sweep, recovery, power.
namespace rolecall {
namespace {

using testing::numbers_of;
using testing::run_once;
using testing::study_of;
using testing::texts_of;

const std::string clean = R"(
[world]
preset = "small"
seed = 5
set = ["size.accounts = 400", "size.people = 4000", "size.activities = 60000",
       "machines.machine_opens = 0", "machines.bots = 0", "rows.late = 0", "rows.duplicates = 0"]
)";

const std::string recovery = clean + R"(
[worlds]
seeds = 4
accounts = [200, 400]
[model]
base = "vendor"
activities = "truth"
[space]
"role.*.weighting" = { low = 0, high = 100 }
[search]
method = "logistic"
non_negative = false
)";

const std::string power = clean + R"(
[worlds]
seeds = 6
accounts = [200, 800]
effect = 0.01
[model]
base = "vendor"
[bootstrap]
replicates = 50
)";

const std::string sweep = R"(
[world]
preset = "small"
seed = 5
set = ["size.accounts = 200", "size.people = 2000", "size.activities = 40000"]
[worlds]
seeds = 2
vary = ["machines.bots", "machines.bot_rows"]
values = [0, 0.05]
factors = [1, 8]
[model]
base = "vendor"
[space]
daily_cap = [1, 20, "none"]
window_days = [7, 30]
)";

TEST(WorldStudies, AreTheSameForAnyNumberOfThreads) {
  for (const auto& [kind, text] :
       {std::pair{"recovery", recovery}, std::pair{"power", power}, std::pair{"sweep", sweep}}) {
    std::set<std::string> digests;
    for (const std::size_t threads : {1u, 3u}) {
      const parallel::ThreadLimit limit(threads);
      digests.insert(content_digest(run_once(study_of(kind, text)).record));
    }
    EXPECT_EQ(digests.size(), 1u) << kind;
  }
}

TEST(WorldStudies, SweepHoldsTheAucOfEveryPoint) {
  const StudySpec spec = study_of("sweep", sweep);
  const StudyRecord record = run_once(spec).record;
  ASSERT_EQ(record.table("sweep")->rows(), 2u * 3 * 2);
  const StudyTask task = prepare(spec);
  for (std::size_t row = 0; row < record.table("sweep")->rows(); ++row) {
    double mean = 0;
    for (std::uint64_t seed = 5; seed < 7; ++seed) {
      const World world = generate_world(
          task.varied_spec(task.sized_spec(seed), numbers_of(record, "sweep", "varied")[row]));
      Model model = vendor_model(world, "");
      const std::string cap(texts_of(record, "sweep", "daily_cap")[row]);
      for (ActivityRule& rule : model.activities)
        rule.daily_cap = cap == "none" ? no_cap : std::stoull(cap);
      model.window_days = std::stoi(std::string(texts_of(record, "sweep", "window_days")[row]));
      const LabelledScores labelled =
          label(world, score(world, model, parse_as_of("outcome-1d")).groups, Judged::engagement);
      mean += area_under_curve(labelled.score, labelled.won) / 2;
    }
    EXPECT_NEAR(numbers_of(record, "sweep", "value")[row], mean, 1e-12);
  }
}

TEST(WorldStudies, RecoveryIsUnbiasedAndRegretFalls) {
  StudySpec spec = study_of("recovery", recovery);
  spec.worlds.seeds = 40;
  spec.worlds.accounts = {200, 1600};
  const StudyRecord record = run_once(spec).record;
  const std::vector<double>& bias = numbers_of(record, "recovery", "bias");
  const std::vector<double>& deviation = numbers_of(record, "recovery", "deviation");
  for (std::size_t i = 6; i < 12; ++i)
    EXPECT_LT(std::abs(bias[i]), 4 * deviation[i] / std::sqrt(40.) + .005) << i;
  EXPECT_GT(numbers_of(record, "sizes", "coverage")[1], .85);
  EXPECT_LT(numbers_of(record, "sizes", "regret")[1], numbers_of(record, "sizes", "regret")[0]);
  EXPECT_LT(deviation[6], deviation[0]) << "more accounts, less noise";
}

TEST(WorldStudies, TheHalfLifeIsFoundByItsLikelihood) {
  StudySpec spec = study_of("recovery", clean + R"(
[worlds]
seeds = 12
accounts = [3000]
[model]
base = "truth"
[space]
decay.half_life_days = { low = 2, high = 60, scale = "log" }
[search]
method = "logistic"
steps = 20
)");
  const StudyRecord record = run_once(spec).record;
  EXPECT_NEAR(numbers_of(record, "recovery", "mean")[0], 10, 2);
  EXPECT_GE(numbers_of(record, "sizes", "coverage")[0], .7);
  for (const double low : numbers_of(record, "fits", "decay.half_life_days_low")) EXPECT_GT(low, 2);
}

TEST(WorldStudies, PowerGrowsWithAccounts) {
  const StudyRecord record = run_once(study_of("power", power)).record;
  const std::vector<double>& seen = numbers_of(record, "power", "power");
  EXPECT_LE(seen[0], seen[1]);
  const std::vector<double>& predicted = numbers_of(record, "power", "predicted");
  EXPECT_LT(predicted[0], predicted[1]);
  EXPECT_NEAR(std::get<double>(*record.summary_value("effect")), .01, 1e-4);
  EXPECT_EQ(record.table("worlds")->rows(), 12u);
}

}  // namespace
}  // namespace rolecall
