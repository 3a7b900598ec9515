#include "results/study_journal.hpp"

#include <algorithm>

namespace rolecall {

StudyJournal::StudyJournal(const std::string& path, Recipe recipe, Resume resume,
                           Overwrite overwrite, std::function<Provenance()> provenance)
    : file_(std::make_unique<ProgressFile>(path, std::move(recipe), resume, overwrite,
                                           std::move(provenance),
                                           [this](const Hdf5Reader& file) { load(file); })) {}

StudyJournal::~StudyJournal() {
  try {
    if (unsaved_) save();
  } catch (const std::exception&) {  // what was saved before is still there
  }
}

void StudyJournal::load(const Hdf5Reader& file) {
  for (const std::string& link : file.links("progress")) {
    Stage stage;
    const DatasetInfo info = file.dataset("progress/" + link);
    stage.values = file.read<double>("progress/" + link, 2);
    stage.width = info.shape[1];
    stage.found = info.shape[0];
    const std::string name = unescape_link(link);
    order_.push_back(name);
    stages_.emplace(name, std::move(stage));
  }
}

std::vector<double> StudyJournal::rows(const std::string& name, std::size_t width,
                                       std::size_t begin, std::size_t end, const Compute& compute) {
  const auto [at, is_new] = stages_.try_emplace(name);
  Stage& stage = at->second;
  if (is_new) order_.push_back(name);
  if (stage.width != width) stage = {.width = width, .values = {}};
  const std::size_t there = stage.values.size() / width;
  if (const std::size_t used = std::min(end, stage.found); used > stage.used) {
    reused_ += used - stage.used;
    stage.used = used;
  }
  if (end > there) {
    const std::vector<double> more = compute(std::max(begin, there), end);
    stage.values.insert(stage.values.end(), more.begin(), more.end());
    computed_ += end - std::max(begin, there);
    unsaved_ = true;
    if (file_ && file_->is_due()) save();
  }
  return {stage.values.begin() + static_cast<std::ptrdiff_t>(begin * width),
          stage.values.begin() + static_cast<std::ptrdiff_t>(end * width)};
}

void StudyJournal::save() {
  if (!file_) return;
  Content content;
  for (const std::string& name : order_) {
    const Stage& stage = stages_.at(name);
    content.datasets.push_back({"progress/" + escape_link(name),
                                numbers(std::span<const double>(stage.values), stage.width)});
  }
  file_->save(content);
  unsaved_ = false;
}

std::string StudyJournal::finish(const StudyRecord& study) {
  if (!file_) return content_digest(study);
  std::string digest = file_->finish(study);
  unsaved_ = false;
  file_.reset();
  return digest;
}

}  // namespace rolecall
