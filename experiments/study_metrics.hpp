#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/evaluation.hpp"
#include "experiments/study_spec.hpp"
#include "results/study_file.hpp"

namespace rolecall {

// A figure and the figures of its bootstrap replicates.
struct Replicated {
  double value = 0;
  std::vector<double> replicates;
};

// What a study says of a model on groups that the model was not tuned on. In the order of reports.
inline constexpr std::array<std::string_view, 11> study_metrics{
    "auc",    "pr_auc", "lift_at_5", "lift_at_10",        "lift_at_20", "ndcg",
    "profit", "brier",  "log_loss",  "calibration_error", "brier_skill"};

// Groups that are judged, in one or several folds: in each fold a model may be another.
struct JudgedFold {
  std::vector<std::size_t> groups;  // places in the study's groups
  std::vector<std::uint8_t> won;
  std::vector<std::uint32_t> tree;
};

// Scores of one model, by fold.
struct ComparedModel {
  std::string name, description;
  std::vector<std::vector<double>> scores;
};

// Every metric of every model: the mean over folds by number of groups, replicate by replicate.
// Replicates draw account trees within folds, the same for every model.
struct Comparison {
  std::vector<ComparedModel> models;
  std::vector<std::vector<Replicated>> figures;  // by model, by metric
};
Comparison compare(const std::vector<JudgedFold>& folds, std::vector<ComparedModel> models,
                   const HandOff& hand_off, const StudySpec::Bootstrap& bootstrap);

// Every model against the first: tables "models" (ranks), "metrics" (long: a row for each model and
// metric, with the gain over the first, paired by replicate) and "replicates" (AUC).
std::vector<StudyTable> comparison_tables(const Comparison& comparison,
                                          const std::vector<JudgedFold>& folds,
                                          const HandOff& hand_off, double confidence);

// One metric of all models, for people.
std::vector<TableColumn> metric_columns(const Comparison& comparison, std::string_view metric,
                                        double confidence);

Interval interval_of(const Replicated& figure, double confidence);
Replicated difference(const Replicated& a, const Replicated& b);

// A share of hits, and what chance leaves open of it: Wilson 1927,
// doi:10.1080/01621459.1927.10502953. NaN without tries.
Interval wilson_interval(std::int64_t hits, std::int64_t tries, double confidence);

}  // namespace rolecall
