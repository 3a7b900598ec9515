#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "results/progress_file.hpp"

namespace rolecall {

// The costly figures of a study, kept as they are computed, so that a study that was stopped, by
// whatever, goes on where it was: it asks for the same rows in the same order, and those that an
// earlier run has left are not computed again.
class StudyJournal {
 public:
  // Keeps nothing: all is computed, once.
  StudyJournal() = default;

  // Throws as ProgressFile does.
  StudyJournal(const std::string& path, Recipe recipe, Resume resume, Overwrite overwrite,
               std::function<Provenance()> provenance);
  ~StudyJournal();
  StudyJournal(const StudyJournal&) = delete;
  StudyJournal& operator=(const StudyJournal&) = delete;

  using Compute = std::function<std::vector<double>(std::size_t begin, std::size_t end)>;

  // Rows begin … end of a stage, `width` figures each, row-major. Those not there yet come from
  // `compute`. Rows of a stage are asked for from 0 on, without gaps; others may be asked for
  // again.
  std::vector<double> rows(const std::string& stage, std::size_t width, std::size_t begin,
                           std::size_t end, const Compute& compute);

  // An earlier run had finished, and was stopped before the file had its name. It has it now.
  bool was_finished() const { return file_ && file_->was_finished(); }

  // Rows that an earlier run had computed, and that were used.
  std::size_t reused() const { return reused_; }
  std::size_t computed() const { return computed_; }

  // Saves what is not saved yet.
  void save();

  // Writes the study under its final name; the partial file is then gone. Returns its digest.
  std::string finish(const StudyRecord& study);

 private:
  struct Stage {
    std::size_t width = 0;
    std::vector<double> values;
    std::size_t found = 0;  // rows of an earlier run
    std::size_t used = 0;   // of them
  };
  void load(const Hdf5Reader& file);

  std::vector<std::string> order_;
  std::map<std::string, Stage> stages_;
  std::size_t reused_ = 0, computed_ = 0;
  bool unsaved_ = false;
  std::unique_ptr<ProgressFile> file_;
};

}  // namespace rolecall
