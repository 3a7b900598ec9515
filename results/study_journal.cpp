#include "results/study_journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "results/content_file.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {
namespace {

using std::chrono::steady_clock;

bool is_empty_file(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed || size == 0;
}

using Recipe = std::vector<std::pair<std::string, std::string>>;

// The part of a recipe that a file was not made by; empty: it was made by all of it.
std::string other_part(const Hdf5Reader& file, const Recipe& recipe) {
  for (const auto& [name, text] : recipe)
    if (file.text_attribute("recipe", name) != text) return name;
  return {};
}

// Whether the file has this format; anything else at all has not.
bool has_format(const std::string& path, const char* format) {
  try {
    const Hdf5Reader file(path);
    return to_string(file_format(file)) == format;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace

StudyJournal::StudyJournal(const std::string& path,
                           std::vector<std::pair<std::string, std::string>> recipe, Resume resume,
                           Overwrite overwrite, std::function<Provenance()> provenance)
    : recipe_(std::move(recipe)), provenance_(std::move(provenance)) {
  output_ = std::make_unique<OutputFile>(path, overwrite, Unfinished::keep);
  const std::string& partial = output_->partial_path();
  if (is_empty_file(partial)) return;
  if (resume == Resume::yes)
    load(partial);
  else if (overwrite == Overwrite::no &&
           (has_format(partial, study_progress_format) || has_format(partial, study_format)))
    throw InputError({.file = partial,
                      .what = "this is a study that was begun and not finished",
                      .remedy = "Add --resume to go on with it, or --force to start anew."});
}

StudyJournal::~StudyJournal() {
  try {
    if (output_ && unsaved_) save();
  } catch (const std::exception&) {  // what was saved before is still there
  }
}

void StudyJournal::load(const std::string& partial) try {
  const Phase phase("read the progress");
  was_finished_ = has_format(partial, study_format);
  const Hdf5Reader file(partial);
  const FileFormat wanted = parse_format(study_progress_format).value();
  if (!was_finished_) require_format(file, wanted.name, wanted.version);
  if (const std::string name = other_part(file, recipe_); !name.empty())
    throw InputError(
        {.file = partial,
         .field = "recipe@" + name,
         .what = "this is the unfinished work of another study: its " + name + " differs",
         .remedy = "Run that study, choose another output, or start anew with --force."});
  if (was_finished_) return output_->commit();
  const Provenance now = provenance_();
  for (const auto& [name, own] : {std::pair{"software", now.software}, {"commit", now.commit}})
    if (const std::string was = file.text_attribute("provenance", name); was != own)
      throw InputError(
          {.file = partial,
           .field = std::string("provenance@") + name,
           .value = was,
           .what = "this was begun by another version of the program, whose figures may differ; "
                   "this one is " +
                   own,
           .remedy = "Go on with that version, or start anew with --force."});
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
} catch (const InputError& error) {
  // Whatever is wrong with it, the way on is the same.
  Problem problem = error.problems().front();
  if (!problem.remedy.ends_with("--force.")) problem.remedy = "Start anew with --force.";
  throw InputError(std::move(problem));
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
    save_now_and_then();
  }
  return {stage.values.begin() + static_cast<std::ptrdiff_t>(begin * width),
          stage.values.begin() + static_cast<std::ptrdiff_t>(end * width)};
}

// At once the first time, so that there is something to look at and to go on from; then often
// enough that little is lost, and seldom enough to cost a twentieth of the time at most.
void StudyJournal::save_now_and_then() {
  if (!output_) return;
  const auto since = steady_clock::now() - last_save_;
  if (cost_of_saving_.count() == 0 ||
      since >
          std::max<steady_clock::duration>(std::chrono::milliseconds(200), 20 * cost_of_saving_))
    save();
}

void StudyJournal::save() {
  if (!output_) return;
  const Phase phase("save the progress");
  const auto start = steady_clock::now();
  Content content;
  content.attributes.push_back({"", "format", std::string(study_progress_format)});
  for (const auto& [name, text] : recipe_) content.attributes.push_back({"recipe", name, text});
  for (const std::string& name : order_) {
    const Stage& stage = stages_.at(name);
    Numbers table = numbers(std::span<const double>(stage.values));
    table.shape = {stage.values.size() / stage.width, stage.width};
    content.datasets.push_back({"progress/" + escape_link(name), std::move(table)});
  }
  output_->replace_partial(
      [&](const std::string& path) { write_whole(content, path, provenance_()); });
  last_save_ = steady_clock::now();
  cost_of_saving_ = last_save_ - start;
  unsaved_ = false;
}

std::string StudyJournal::finish(const StudyRecord& study) {
  if (!output_) return content_digest(study);
  const Phase phase("write the file");
  std::string digest;
  output_->replace_partial([&](const std::string& path) {
    digest = write_whole(study_content(study), path, provenance_());
  });
  unsaved_ = false;
  output_->commit();
  output_.reset();
  return digest;
}

void discard_progress(const std::string& path, const Recipe& recipe) {
  const std::string partial = path + ".partial";
  std::error_code ignored;
  if (!std::filesystem::exists(partial, ignored)) return;
  try {
    if (!is_empty_file(partial)) {
      const Hdf5Reader file(partial);
      const std::string format = to_string(file_format(file));
      if (format != study_progress_format && format != study_format) return;
      if (!other_part(file, recipe).empty()) return;
    }
    const OutputFile removed(path, Overwrite::yes);  // and goes with all that belongs to it
  } catch (const InputError&) {                      // no work of ours, or a run that is not over
  }
}

}  // namespace rolecall
