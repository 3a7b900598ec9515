#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text_column.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"

namespace rolecall {

inline constexpr const char* study_format = "rolecall.study/1";

// A figure and its interval, by row.
struct IntervalColumn {
  std::vector<double> value, low, high;

  void push_back(double v, double l, double h) {
    value.push_back(v);
    low.push_back(l);
    high.push_back(h);
  }
};

struct IntervalValue {
  double value = 0, low = 0, high = 0;
};

// All that a role-weights study says; docs/format.md, "Studies", tells what each column is. Parts
// are named as in the file.
struct StudyRecord {
  struct Recipe {
    std::string study, specification, base_model, world_digest, world_specification;
  } recipe;

  struct Summary {
    std::int64_t groups = 0, won = 0, train_groups = 0, test_groups = 0, trees = 0, replicates = 0;
    double confidence = 0, ceiling_auc = 0;
    std::string resampled;
    IntervalValue found_gain, truth_margin;
    std::int64_t better_than_truth = -1;
  } summary;

  struct Roles {
    TextColumn name;
    std::vector<double> base;  // `default`
    IntervalColumn found;
    std::vector<double> truth;  // empty when not known
  } roles;

  struct Trials {
    std::vector<double> weight;  // trials × roles
    TextColumn origin;
    IntervalColumn train_auc;
    std::vector<double> test_auc;
    std::vector<double> replicates;  // trials × replicates, train AUC

    std::size_t size() const { return test_auc.size(); }
  } trials;

  struct Models {
    TextColumn name, activities, roles;
    IntervalColumn auc, gain;
  } models;

  struct Scores {
    std::vector<double> low, high;
    std::vector<std::int64_t> won, lost;
  } scores;

  struct Completeness {
    std::vector<double> low, high;
    std::vector<std::int64_t> won, lost;
  } completeness;

  struct Coverage {
    std::vector<double> members, filled, won_if_filled, won_if_missing;
  } coverage;

  struct Best {
    std::int64_t trial = 0;
    std::string model;
  } best;
};

// Writes the study as one file, which appears under `path` when it is whole. Returns its content
// digest. Throws as write_world does.
std::string write_study(const StudyRecord& study, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite = Overwrite::no);

std::string content_digest(const StudyRecord& study);

}  // namespace rolecall
