#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "results/output_file.hpp"
#include "results/provenance.hpp"
#include "results/study_file.hpp"

namespace rolecall {

inline constexpr const char* study_progress_format = "rolecall.study-progress/1";

enum class Resume : std::uint8_t { no, yes };

// The costly figures of a study, kept as they are computed, so that a study that was stopped, by
// whatever, goes on where it was: it asks for the same rows in the same order, and those that an
// earlier run has left are not computed again. Between saves OUT.partial is a whole HDF5 file,
// replaced at once, that any reader can open.
class StudyJournal {
 public:
  // Keeps nothing: all is computed, once.
  StudyJournal() = default;

  // Of the study that will be written to `path`. `recipe` says which study it is. Throws InputError
  // when the output exists; when work of a study stands in OUT.partial and is neither to be resumed
  // nor overwritten; and when it is to be resumed, but is damaged, of another recipe or of another
  // version of the program.
  StudyJournal(const std::string& path, std::vector<std::pair<std::string, std::string>> recipe,
               Resume resume, Overwrite overwrite, std::function<Provenance()> provenance);
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
  bool was_finished() const { return was_finished_; }

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
  void load(const std::string& partial);
  void save_now_and_then();

  std::unique_ptr<OutputFile> output_;
  std::vector<std::pair<std::string, std::string>> recipe_;
  std::function<Provenance()> provenance_;
  std::vector<std::string> order_;
  std::map<std::string, Stage> stages_;
  std::size_t reused_ = 0, computed_ = 0;
  bool unsaved_ = false, was_finished_ = false;
  std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration cost_of_saving_{};
};

// Removes the unfinished work of a study whose finished file is there: nothing in it is needed any
// more. Work of another study, or of a run that is not over, stays.
void discard_progress(const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& recipe);

}  // namespace rolecall
