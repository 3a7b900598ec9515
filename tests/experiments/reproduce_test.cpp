#include "experiments/reproduce.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "results/study_file.hpp"

namespace rolecall {
namespace {

using Proposal = std::vector<std::pair<std::string, std::string>>;

StudySpec small_study() {
  return parse_study_spec(R"(
format = "rolecall.study-spec/2"
name = "outside"
question = "What does an outside tuner find?"
[world]
preset = "small"
[model]
base = "vendor"
activities = "truth"
[space]
"role.*.weighting" = { low = 1, high = 100, whole = false }
"window_days" = [7, 30, 90]
[constraints]
sum = { "role.*.weighting" = 100 }
[search]
method = "external"
candidates = 12
[bootstrap]
replicates = 20
)",
                          "test");
}

// Proposes values that rounding and the sum both change.
StudyRun run_outside() {
  StudyTask task = prepare(small_study());
  int asked = 0;
  task.external.ask = [&]() -> std::optional<Proposal> {
    if (asked == 7) return std::nullopt;
    const double x = 1 + 13.123456 * ++asked;
    return Proposal{{"role.Champion.weighting", std::to_string(x)},
                    {"role.Influencer.weighting", std::to_string(100 - x)},
                    {"window_days", asked % 3 == 0 ? "90" : "7"}};
  };
  StudyJournal journal;
  Progress progress;
  return run_study(task, journal, progress);
}

TEST(Reproduce, ReplaysWhatAnOutsideTunerProposed) {
  const StudyRun run = run_outside();
  StudyTask again = task_again(run.record, "test");
  StudyJournal journal;
  Progress progress;
  const StudyRun replayed = run_study(again, journal, progress);
  EXPECT_EQ(content_digest(replayed.record), content_digest(run.record));
}

// The base model's own word need not be on the list.
TEST(Reproduce, ReplaysWhatATunerLeftAsItWas) {
  StudySpec spec = small_study();
  spec.space.insert(spec.space.begin(), {.path = "decay.kind", .words = {"linear", "half-life"}});
  StudyTask task = prepare(spec);
  task.external.ask = [asked = 0]() mutable -> std::optional<Proposal> {
    if (++asked > 2) return std::nullopt;
    return asked == 1 ? Proposal{{"window_days", "7"}} : Proposal{{"decay.kind", "linear"}};
  };
  StudyJournal journal, another;
  Progress progress;
  const StudyRun run = run_study(task, journal, progress);
  StudyTask again = task_again(run.record, "test");
  EXPECT_EQ(content_digest(run_study(again, another, progress).record), content_digest(run.record));
}

TEST(Reproduce, FindsTheTextThatWasAltered) {
  StudyTask task = prepare(small_study());
  StudyRecord written;
  written.recipe = recipe_of(task);
  written.summary = {{"finding", std::string("none")}};
  const std::string stored = content_digest(written);
  const std::string specification = written.recipe_text("specification");
  EXPECT_FALSE(find_altered_recipe(written, stored, specification, "test"));
  for (auto& [name, text] : written.recipe) {
    if (name == "world_digest") continue;  // needs the world
    const std::string before = text;
    text += "#";
    const auto found = find_altered_recipe(written, stored, specification, "test");
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->was, before);
    text = before;
  }
  EXPECT_TRUE(was_written_with(written, "world_digest", "", stored));
  EXPECT_FALSE(was_written_with(written, "world_digest", "0", stored));
}

}  // namespace
}  // namespace rolecall
