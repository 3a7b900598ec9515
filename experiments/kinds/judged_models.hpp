#pragma once

#include <string>
#include <vector>

#include "experiments/candidate_judge.hpp"
#include "experiments/study_metrics.hpp"
#include "experiments/study_task.hpp"
#include "experiments/validation.hpp"

namespace rolecall {

// Models that always stand beside what a study looks at: the default first, simple scores, what the
// study names, and what is known of the truth. `folds` are the groups they are judged on.
std::vector<ComparedModel> models_beside(const StudyTask& task, const World& world,
                                         const Model& base, CandidateJudge& judge,
                                         const std::vector<JudgedFold>& folds);

// The test sides of a validation's splits, or all groups as one fold. Where a side has too few
// account trees to draw from, groups stand for themselves, and the validation's units say so.
std::vector<JudgedFold> test_folds(const CandidateJudge& judge, Validation& validation);
JudgedFold all_groups(const CandidateJudge& judge);

// Scores of all groups, by fold.
std::vector<std::vector<double>> by_fold(const std::vector<double>& scores,
                                         const std::vector<JudgedFold>& folds);

// Tables of what groups look like under a score: "scores" and "completeness" by outcome,
// "coverage" of roles, "reliability" of held-out probabilities, "capacity" of hand-offs.
std::vector<StudyTable> group_tables(const StudyTask& task, const World& world, const Model& base,
                                     CandidateJudge& judge, const std::vector<double>& scores);

// Groups, won, trees and what replicates draw, for the summary; and what to warn of.
void describe_groups(const StudyTask& task, const CandidateJudge& judge,
                     const ResamplingUnits& units, StudyRun& run);

}  // namespace rolecall
