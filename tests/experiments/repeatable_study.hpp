#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/parallel.hpp"
#include "experiments/study_task.hpp"
#include "results/study_file.hpp"
#include "study_tasks.hpp"
#include "temp_folder.hpp"

// What holds of a study of any kind: the same record on any number of threads, and after a stop.
namespace rolecall::testing {

// `after`: at how much progress to stop, before all of it.
inline void expect_repeatable(const StudySpec& spec, std::uint64_t after) {
  std::string digest;
  for (const std::size_t threads : {1, 3}) {
    const parallel::ThreadLimit limit(threads);
    const std::string again = content_digest(run_once(spec).record);
    if (!digest.empty()) EXPECT_EQ(again, digest) << threads << " threads";
    digest = again;
  }
  const TempFolder folder;
  const std::string path = folder / "study.h5";
  const auto recipe = recipe_of(prepare(spec));
  {
    StudyTask task = prepare(spec);
    StudyJournal journal(path, recipe, Resume::no, Overwrite::no, [] { return Provenance{}; });
    StoppingProgress progress(after);
    EXPECT_THROW(run_study(task, journal, progress), StoppingProgress::Stop);
    journal.save();
  }
  StudyJournal journal(path, recipe, Resume::yes, Overwrite::no, [] { return Provenance{}; });
  EXPECT_EQ(content_digest(run_with(spec, journal).record), digest);
  EXPECT_GT(journal.reused(), 0u);
  EXPECT_GT(journal.computed(), 0u);
}

// Every table in front of people fits a terminal of 100 columns.
inline void expect_narrow(const StudyRun& run) {
  EXPECT_FALSE(run.shown.empty());
  for (const auto& [title, columns] : run.shown) {
    std::size_t width = 0;
    for (const TableColumn& column : columns) {
      std::size_t widest = column.name.size();
      if (const auto* texts = std::get_if<TextColumn>(&column.values))
        for (std::size_t i = 0; i < texts->size(); ++i)
          widest = std::max(widest, std::string_view((*texts)[i]).size());
      width += widest + 2;
    }
    EXPECT_LE(width, 100u) << title;
    EXPECT_LE(title.size(), 100u) << title;
  }
}

}  // namespace rolecall::testing
