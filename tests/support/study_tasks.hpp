#pragma once

#include <string>

#include "core/progress.hpp"
#include "experiments/study_task.hpp"
#include "results/study_file.hpp"
#include "results/study_journal.hpp"

// Studies of small worlds that take a moment.
namespace rolecall::testing {

// Sections and keys of a study after its head, as in a file.
inline StudySpec study_of(const std::string& kind, const std::string& rest) {
  return parse_study_spec(
      "format = \"rolecall.study-spec/2\"\nname = \"test\"\nkind = \"" + kind + "\"\n" + rest,
      "study.toml");
}

// A world of a thousand groups in a few milliseconds.
inline const std::string small_world = R"(
[world]
preset = "small"
seed = 3
set = ["size.accounts = 400", "size.people = 4000", "size.activities = 60000"]
)";

inline StudyRun run_with(const StudySpec& spec, StudyJournal& journal) {
  StudyTask task = prepare(spec);
  Progress silent;
  return run_study(task, journal, silent);
}

inline StudyRun run_once(const StudySpec& spec) {
  StudyJournal journal;
  return run_with(spec, journal);
}

// Stops a study when one of its stages has come so far, as a signal would. Without a stage's name,
// whatever models or fits are counted; the making of worlds is not.
class StoppingProgress : public Progress {
 public:
  struct Stop {};
  explicit StoppingProgress(std::uint64_t after, std::string stage = "")
      : after_(after), stage_(std::move(stage)) {}
  void begin(std::string_view what, std::uint64_t, std::string_view unit) override {
    counts_ =
        stage_.empty() ? unit == "models" || unit == "fits" || unit == "runs" : what == stage_;
  }
  void advance(std::uint64_t done) override {
    if (counts_ && (done_ += done) >= after_) throw Stop();
  }

 private:
  std::uint64_t after_, done_ = 0;
  std::string stage_;
  bool counts_ = false;
};

inline const std::vector<double>& numbers_of(const StudyRecord& record, const std::string& table,
                                             const std::string& column) {
  return std::get<std::vector<double>>(record.table(table)->column(column)->values);
}

inline const TextColumn& texts_of(const StudyRecord& record, const std::string& table,
                                  const std::string& column) {
  return std::get<TextColumn>(record.table(table)->column(column)->values);
}

}  // namespace rolecall::testing
