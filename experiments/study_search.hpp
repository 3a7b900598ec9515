#pragma once

#include <string>
#include <vector>

#include "core/progress.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/logistic_search.hpp"
#include "experiments/study_task.hpp"
#include "experiments/tuner.hpp"
#include "results/study_journal.hpp"

namespace rolecall {

// What a search on some groups tried, and what it found best.
struct Found {
  std::string name;  // "fold 1", "all"
  std::vector<Trial> trials;
  std::size_t best = 0;
  // Of fitted weights, by parameter: see FittedWeights. Empty for searches.
  std::vector<double> share, share_error;

  const Point& point() const { return trials[best].point; }
};

// What a study tries beside what it searches: the base model, all weights alike, the truth.
std::vector<Trial> reference_trials(const SearchSpace& space, const World& world,
                                    const StudySpec& spec);

// Searches by spec.search on a part of the judge's groups, any method. Values go through the
// journal, as stages of that name.
Found search_part(StudyTask& task, const SearchSpace& space, CandidateJudge& judge,
                  std::size_t part, const std::string& name, std::vector<Trial> references,
                  StudyJournal& journal, Progress& progress, std::vector<std::string>& warnings);

// Every replicate of the account trees of a part has a best candidate of its own, among the
// shortlist: the points of these, by replicate. Replicates without won or lost groups have none.
std::vector<Point> best_of_replicates(const SearchSpace& space, CandidateJudge& judge,
                                      std::size_t part, const Found& found, const StudySpec& spec,
                                      StudyJournal& journal);

// Every combination of the parameters that are not weights: of listed values all, of ranges `steps`
// at equal distances. Weights are those of the base.
std::vector<Point> structures(const SearchSpace& space, const StudySpec::Search& how);

// Values by parameter as they are reported: weights as parts of the sum of the absolute weights of
// their family, which scores depend on; others as they are.
std::vector<double> reported(const SearchSpace& space, const Point& point);
std::string unit_of_parameter(const Parameter& parameter);  // "share of role weights", "day", ""

}  // namespace rolecall
