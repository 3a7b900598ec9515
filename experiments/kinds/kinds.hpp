#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/study_task.hpp"

// The kinds of studies, one file each. Every one answers a question of its own from the same parts:
// a search space, a judge of candidates, a journal.
namespace rolecall {

struct StudyKind {
  std::string name;
  std::string meaning;
  StudyRun (*run)(StudyTask& task, StudyJournal& journal, Progress& progress);
  bool searches = false;      // needs a [space]
  bool makes_worlds = false;  // several, so it cannot take one that is given
  bool simulates = false;     // needs scenarios
};

// Of one scenario.
double simulations_of_a_seed(const StudySpec& spec);

const std::vector<StudyKind>& all_kinds();
const StudyKind& kind_named(std::string_view name);  // one that is there

StudyRun run_tune(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_models(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_readings(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_hand_off(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_sweep(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_recovery(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_power(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_tuners(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_bg_nbd(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_calibration(StudyTask& task, StudyJournal& journal, Progress& progress);
StudyRun run_group_size(StudyTask& task, StudyJournal& journal, Progress& progress);

}  // namespace rolecall
