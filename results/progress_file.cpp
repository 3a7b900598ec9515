#include "results/progress_file.hpp"

#include <filesystem>

#include "core/profile.hpp"
#include "results/content_file.hpp"
#include "results/file_format.hpp"

namespace rolecall {
namespace {

using std::chrono::steady_clock;

bool is_empty_file(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed || size == 0;
}

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

void refuse_to_resume(const InputError& error, const std::string& partial) {
  Problem problem = error.problems().front();
  if (problem.file.empty()) problem.file = partial;
  if (!problem.remedy.ends_with("--force.")) problem.remedy = "Start anew with --force.";
  throw InputError(std::move(problem));
}

ProgressFile::ProgressFile(const std::string& path, Recipe recipe, Resume resume,
                           Overwrite overwrite, std::function<Provenance()> provenance,
                           const std::function<void(const Hdf5Reader&)>& load)
    : output_(path, overwrite, Unfinished::keep),
      recipe_(std::move(recipe)),
      provenance_(std::move(provenance)) {
  const std::string& partial = output_.partial_path();
  if (is_empty_file(partial)) return;
  if (resume == Resume::yes)
    open(load);
  else if (overwrite == Overwrite::no &&
           (has_format(partial, study_progress_format) || has_format(partial, study_format)))
    throw InputError({.file = partial,
                      .what = "this is a study that was begun and not finished",
                      .remedy = "Add --resume to go on with it, or --force to start anew."});
}

void ProgressFile::open(const std::function<void(const Hdf5Reader&)>& load) try {
  const Phase phase("read the progress");
  was_finished_ = has_format(path(), study_format);
  const Hdf5Reader file(path());
  const FileFormat wanted = parse_format(study_progress_format).value();
  if (!was_finished_) require_format(file, wanted.name, wanted.version);
  if (const std::string name = other_part(file, recipe_); !name.empty())
    throw InputError(
        {.file = path(),
         .field = "recipe@" + name,
         .what = "this is the unfinished work of another study: its " + name + " differs",
         .remedy = "Run that study, choose another output, or start anew with --force."});
  if (was_finished_) {
    is_study_ = true;
    return output_.commit();
  }
  const Provenance now = provenance_();
  for (const auto& [name, own] : {std::pair{"software", now.software}, {"commit", now.commit}})
    if (const std::string was = file.text_attribute("provenance", name); was != own)
      throw InputError(
          {.file = path(),
           .field = std::string("provenance@") + name,
           .value = was,
           .what = "this was begun by another version of the program, whose figures may differ; "
                   "this one is " +
                   own,
           .remedy = "Go on with that version, or start anew with --force."});
  load(file);
} catch (const InputError& error) {
  refuse_to_resume(error, path());
}

bool ProgressFile::is_due() const {
  return cost_of_saving_.count() == 0 ||
         steady_clock::now() - last_save_ >
             std::max<steady_clock::duration>(std::chrono::milliseconds(200), 20 * cost_of_saving_);
}

void ProgressFile::save(const Content& progress) {
  if (is_study_) return;
  const Phase phase("save the progress");
  const auto start = steady_clock::now();
  Content content = progress;
  content.attributes.push_back({"", "format", std::string(study_progress_format)});
  for (const auto& [name, text] : recipe_) content.attributes.push_back({"recipe", name, text});
  output_.replace_partial(
      [&](const std::string& path) { write_whole(content, path, provenance_()); });
  last_save_ = steady_clock::now();
  cost_of_saving_ = last_save_ - start;
}

std::string ProgressFile::finish(const StudyRecord& study) {
  const Phase phase("write the file");
  std::string digest;
  output_.replace_partial([&](const std::string& path) {
    digest = write_whole(study_content(study), path, provenance_());
  });
  is_study_ = true;
  output_.commit();
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
