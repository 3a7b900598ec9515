#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/parallel.hpp"
#include "core/progress.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/study_task.hpp"
#include "generators/generate.hpp"
#include "results/study_journal.hpp"
#include "scoring/score.hpp"
#include "study_tasks.hpp"
#include "temp_folder.hpp"
#include "world_specs.hpp"

// Studies of models as they are, on worlds small enough for tests.
namespace rolecall::testing {

// On a world of 200 accounts.
inline StudyTask comparison_study(const std::string& kind, std::vector<std::string> against = {}) {
  StudySpec spec;
  spec.name = "test";
  spec.kind = kind;
  spec.world.seed = 1;
  spec.model.against = std::move(against);
  spec.bootstrap.replicates = 40;
  StudyTask task = prepare(spec);
  task.world_spec = small_spec(1);
  return task;
}

inline StudyRun run_comparison(StudyTask task) {
  StudyJournal journal;
  Progress progress;
  return run_study(task, journal, progress);
}

// The study gives one record: for 1 and 3 threads, and when it is stopped and resumed.
inline void expect_same_record(const StudyTask& task, const std::string& stage,
                               std::uint64_t after) {
  const auto digest_on = [&](std::size_t threads) {
    const parallel::ThreadLimit limit(threads);
    return content_digest(run_comparison(task).record);
  };
  const std::string digest = digest_on(1);
  EXPECT_EQ(digest_on(3), digest);

  const TempFolder folder;
  const auto provenance = [] { return Provenance{}; };
  {
    StudyJournal journal(folder / "r.h5", recipe_of(task), Resume::no, Overwrite::no, provenance);
    StoppingProgress progress(after, stage);
    StudyTask stopped = task;
    EXPECT_THROW(run_study(stopped, journal, progress), StoppingProgress::Stop);
  }
  StudyJournal journal(folder / "r.h5", recipe_of(task), Resume::yes, Overwrite::no, provenance);
  Progress progress;
  StudyTask resumed = task;
  const StudyRun run = run_study(resumed, journal, progress);
  EXPECT_GT(journal.reused(), 0u);
  EXPECT_EQ(content_digest(run.record), digest);
  EXPECT_EQ(journal.finish(run.record), digest);
}

// Engagement and completeness of the groups that were won or lost.
struct JudgedScores {
  std::vector<double> engagement, completeness;
  std::vector<std::uint8_t> won;
};
inline JudgedScores judged_scores(const World& world, const Model& model) {
  const GroupScores scores = score(world, model, parse_as_of("outcome-1d")).groups;
  const LabelledScores labelled = label(world, scores, Judged::engagement);
  JudgedScores judged{labelled.score, {}, labelled.won};
  for (const std::size_t row : labelled.row)
    judged.completeness.push_back(scores.completeness[row]);
  return judged;
}

inline const std::vector<double>& numbers(const StudyRecord& record, const char* table,
                                          const char* column) {
  return std::get<std::vector<double>>(record.table(table)->column(column)->values);
}
inline std::string text(const StudyRecord& record, const char* table, const char* column,
                        std::size_t row) {
  return std::string(std::get<TextColumn>(record.table(table)->column(column)->values)[row]);
}

// The part of each group that a hand-off of the k highest takes, ties broken at random.
inline std::vector<double> slow_top(const std::vector<double>& scores, double k) {
  std::vector<double> part;
  for (const double own : scores) {
    double above = 0, equal = 0;
    for (const double other : scores) {
      above += other > own;
      equal += other == own;
    }
    part.push_back(std::clamp((k - above) / equal, 0., 1.));
  }
  return part;
}

// Groups that the first hands off and the second does not.
inline double slow_flips(const std::vector<double>& a, const std::vector<double>& b, double k) {
  const std::vector<double> in_a = slow_top(a, k), in_b = slow_top(b, k);
  double flips = 0;
  for (std::size_t g = 0; g < a.size(); ++g) flips += in_a[g] * (1 - in_b[g]);
  return flips;
}

inline double slow_tau(const std::vector<double>& a, const std::vector<double>& b) {
  double agree = 0, told_a = 0, told_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const int in_a = (a[i] > a[k]) - (a[i] < a[k]), in_b = (b[i] > b[k]) - (b[i] < b[k]);
      agree += in_a * in_b;
      told_a += in_a != 0;
      told_b += in_b != 0;
    }
  return agree / std::sqrt(told_a * told_b);
}

}  // namespace rolecall::testing
