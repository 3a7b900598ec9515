#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/study_metrics.hpp"
#include "experiments/study_task.hpp"
#include "results/study_file.hpp"

namespace rolecall {

// Two models of a comparison over all groups: does the second beat the first, by how much, and how
// many hand-offs change.
struct ModelPair {
  std::size_t first = 0, second = 0;
  Interval gain;            // of the second over the first, paired by replicate
  double better_share = 0;  // of the replicates in which the second is better; ties count half
  double kendall_tau = 0, top_overlap = 0, flipped = 0;
};

// Of comparisons with one fold. `metric` is one of study_metrics that is no loss.
ModelPair compare_pair(const Comparison& comparison, std::size_t first, std::size_t second,
                       std::string_view metric, const StudySpec& spec);

// The table "pairs": each model of `places` with each before it.
std::vector<ModelPair> compare_pairs(const Comparison& comparison,
                                     const std::vector<std::size_t>& places,
                                     std::string_view metric, const StudySpec& spec);
StudyTable pairs_table(const Comparison& comparison, const std::vector<ModelPair>& pairs,
                       std::string_view metric);

// A comparison as compare() makes it, over all groups as one fold, whose figures are kept in the
// journal model by model.
Comparison compare_in(StudyJournal& journal, Progress& progress, const JudgedFold& groups,
                      std::vector<ComparedModel> models, const StudySpec& spec);

// The task without models to compare that this world cannot give or that stand there already; says
// which in warnings.
StudyTask with_known_models(const StudyTask& task, const World& world,
                            std::vector<std::string>& warnings);

// What to say of models that give all groups one score; empty where there are none. Throws
// InputError when all of them do.
std::string constant_warning(const std::vector<ComparedModel>& models);

// What to say of a model when most of the activities that it names are none of the world's; empty
// otherwise.
std::string foreign_warning(const Model& model, const World& world);

// Where a model stands by name; models.size() when it does not.
std::size_t place_of(const Comparison& comparison, std::string_view model);

}  // namespace rolecall
