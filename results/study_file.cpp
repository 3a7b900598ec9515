#include "results/study_file.hpp"

#include <span>

#include "results/content_file.hpp"
#include "results/dataset.hpp"
#include "results/digest.hpp"

namespace rolecall {
namespace {

class Builder {
 public:
  void texts(std::string path, const TextColumn& values) {
    content.datasets.push_back({std::move(path), &values});
  }
  template <class T>
  void column(std::string path, const std::vector<T>& values, std::string unit = "") {
    content.datasets.push_back(
        {std::move(path), numbers(std::span<const T>(values)), std::move(unit)});
  }
  void matrix(std::string path, const std::vector<double>& values, std::size_t rows) {
    const std::size_t columns = rows == 0 ? 0 : values.size() / rows;
    Numbers table = numbers(std::span<const double>(values));
    table.shape = {rows, columns};
    content.datasets.push_back({std::move(path), std::move(table)});
  }
  void interval(const std::string& path, const std::string& stem, const IntervalColumn& values) {
    column(path, values.value);
    column(stem + "_low", values.low);
    column(stem + "_high", values.high);
  }
  void interval(const std::string& owner, const std::string& name, const IntervalValue& value) {
    attribute(owner, name, value.value);
    attribute(owner, name + "_low", value.low);
    attribute(owner, name + "_high", value.high);
  }
  void attribute(std::string owner, std::string name, AttributeValue value) {
    content.attributes.push_back({std::move(owner), std::move(name), std::move(value)});
  }

  Content content;
};

Content study_content(const StudyRecord& s) {
  Builder b;
  b.attribute("", "format", study_format);
  b.attribute("recipe", "study", s.recipe.study);
  b.attribute("recipe", "specification", s.recipe.specification);
  b.attribute("recipe", "base_model", s.recipe.base_model);
  b.attribute("recipe", "world_digest", s.recipe.world_digest);
  b.attribute("recipe", "world_specification", s.recipe.world_specification);
  b.attribute("summary", "groups", s.summary.groups);
  b.attribute("summary", "won", s.summary.won);
  b.attribute("summary", "train_groups", s.summary.train_groups);
  b.attribute("summary", "test_groups", s.summary.test_groups);
  b.attribute("summary", "trees", s.summary.trees);
  b.attribute("summary", "trials", static_cast<std::int64_t>(s.trials.size()));
  b.attribute("summary", "replicates", s.summary.replicates);
  b.attribute("summary", "confidence", s.summary.confidence);
  b.attribute("summary", "ceiling_auc", s.summary.ceiling_auc);
  b.attribute("summary", "resampled", s.summary.resampled);
  b.interval("summary", "found_gain", s.summary.found_gain);
  b.interval("summary", "truth_margin", s.summary.truth_margin);
  b.attribute("summary", "better_than_truth", s.summary.better_than_truth);
  b.attribute("best", "trial", s.best.trial);
  b.attribute("best", "model", s.best.model);

  b.texts("roles/name", s.roles.name);
  b.column("roles/default", s.roles.base);
  b.interval("roles/found", "roles/found", s.roles.found);
  if (!s.roles.truth.empty()) b.column("roles/truth", s.roles.truth);

  b.matrix("trials/weight", s.trials.weight, s.trials.size());
  b.texts("trials/origin", s.trials.origin);
  b.interval("trials/train_auc", "trials/train", s.trials.train_auc);
  b.column("trials/test_auc", s.trials.test_auc);
  b.matrix("replicates/train_auc", s.trials.replicates, s.trials.size());

  b.texts("models/name", s.models.name);
  b.texts("models/activities", s.models.activities);
  b.texts("models/roles", s.models.roles);
  b.interval("models/auc", "models/auc", s.models.auc);
  b.interval("models/gain", "models/gain", s.models.gain);

  b.column("scores/low", s.scores.low);
  b.column("scores/high", s.scores.high);
  b.column("scores/won", s.scores.won, "groups");
  b.column("scores/lost", s.scores.lost, "groups");
  b.column("completeness/low", s.completeness.low, "%");
  b.column("completeness/high", s.completeness.high, "%");
  b.column("completeness/won", s.completeness.won, "groups");
  b.column("completeness/lost", s.completeness.lost, "groups");
  b.column("coverage/members", s.coverage.members, "people");
  b.column("coverage/filled", s.coverage.filled);
  b.column("coverage/won_if_filled", s.coverage.won_if_filled);
  b.column("coverage/won_if_missing", s.coverage.won_if_missing);
  return std::move(b.content);
}

}  // namespace

std::string write_study(const StudyRecord& study, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite) {
  return write_content(study_content(study), path, provenance, overwrite);
}

std::string content_digest(const StudyRecord& study) {
  return content_digest(study_content(study));
}

}  // namespace rolecall
