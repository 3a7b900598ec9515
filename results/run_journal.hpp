#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/progress_file.hpp"
#include "results/snapshot.hpp"

namespace rolecall {

// A run that is over: its figures, as many as every other has, and its tables.
struct FinishedRun {
  std::vector<double> figures;
  std::vector<StudyTable> tables;
};

// A run that goes on, as it was at the end of a day.
struct Checkpoint {
  std::string arm;
  std::int64_t replicate = 0;
  std::int64_t day = 0;  // days done
  Snapshot state = {};
};

// The runs of a study that runs one thing after another, kept day by day, so that a study that was
// stopped, by whatever, goes on where it was: finished runs are there again, and the one under way
// is restored.
class RunJournal {
 public:
  // Keeps nothing: all is run, once.
  RunJournal() = default;

  // Throws as ProgressFile does.
  RunJournal(const std::string& path, Recipe recipe, Resume resume, Overwrite overwrite,
             std::function<Provenance()> provenance);
  RunJournal(const RunJournal&) = delete;
  RunJournal& operator=(const RunJournal&) = delete;

  // In the order of add(), those of an earlier run first.
  const std::vector<FinishedRun>& runs() const { return runs_; }

  // When all are over: the same, given away.
  std::vector<FinishedRun> take_runs() { return std::move(runs_); }

  // Where the run after these was when an earlier program was stopped; once.
  std::optional<Checkpoint> take_checkpoint();

  bool was_finished() const { return file_ && file_->was_finished(); }

  // At the end of a day: saves when it is time to. `take` gives the state.
  void day_ends(const std::function<const Checkpoint&()>& take);
  void save(const Checkpoint& checkpoint);

  // The run is over. It is on disk with the next save.
  void add(FinishedRun run);

  // Throws why what was kept cannot be gone on with.
  [[noreturn]] void refuse(const InputError& error) const;

  // Writes the study under its final name; the partial file is then gone. Returns its digest.
  std::string finish(const StudyRecord& study);

 private:
  void load(const Hdf5Reader& file);

  std::vector<FinishedRun> runs_;
  std::optional<Checkpoint> checkpoint_;
  std::unique_ptr<ProgressFile> file_;
};

}  // namespace rolecall
