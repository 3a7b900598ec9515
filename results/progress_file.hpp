#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/error.hpp"
#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"
#include "results/study_file.hpp"

namespace rolecall {

inline constexpr const char* study_progress_format = "rolecall.study-progress/1";

enum class Resume : std::uint8_t { no, yes };

// The unfinished work of a study, in OUT.partial: a whole HDF5 file that any reader can open,
// replaced at once. What is kept in it is the matter of its journal.
class ProgressFile {
 public:
  // Of the study that will be written to `path`. `recipe` says which study it is. Work that is to
  // be resumed is given to `load`. Throws InputError when the output exists; when work of a study
  // stands in OUT.partial and is neither to be resumed nor overwritten; and when it is to be
  // resumed, but is damaged, of another recipe or of another version of the program.
  ProgressFile(const std::string& path, Recipe recipe, Resume resume, Overwrite overwrite,
               std::function<Provenance()> provenance,
               const std::function<void(const Hdf5Reader&)>& load);

  const std::string& path() const { return output_.partial_path(); }

  // An earlier run had finished, and was stopped before the file had its name. It has it now.
  bool was_finished() const { return was_finished_; }

  // Whether it is time to save: at once the first time, so that there is something to look at and
  // to go on from; then often enough that little is lost, and seldom enough to cost a twentieth of
  // the time at most.
  bool is_due() const;

  // Replaces the file: format and recipe, and these datasets and attributes. Does nothing once the
  // study stands in it.
  void save(const Content& progress);

  // Writes the study under its final name; the partial file is then gone. Returns its digest.
  std::string finish(const StudyRecord& study);

 private:
  void open(const std::function<void(const Hdf5Reader&)>& load);

  OutputFile output_;
  Recipe recipe_;
  std::function<Provenance()> provenance_;
  bool was_finished_ = false, is_study_ = false;
  std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration cost_of_saving_{};
};

// Throws what is wrong with work that was to be resumed: whatever it is, the way on is the same.
[[noreturn]] void refuse_to_resume(const InputError& error, const std::string& partial);

// Removes the unfinished work of a study whose finished file is there: nothing in it is needed any
// more. Work of another study, or of a run that is not over, stays.
void discard_progress(const std::string& path, const Recipe& recipe);

}  // namespace rolecall
