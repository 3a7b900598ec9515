#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace rolecall {

enum class Overwrite : std::uint8_t { no, yes };

// What becomes of the partial file when the work ends without commit().
enum class Unfinished : std::uint8_t {
  remove,
  keep,  // to be resumed: a partial file found at the start is kept too; an empty one is removed
};

// Throws, before any work is done, what opening an OutputFile would throw; touches nothing.
void refuse_unwritable(const std::string& path, Overwrite overwrite);

// An output that appears under its name whole or not at all: work goes to OUT.partial beside it,
// which commit() puts on disk and renames. For any kind of file.
class OutputFile {
 public:
  // Creates the partial file, so that a folder that cannot be written to is known before the work.
  // Throws InputError when `path` exists and may not be overwritten, is no regular file, or is
  // being written by another run;
  // SystemError when the system refuses.
  explicit OutputFile(std::string path, Overwrite overwrite = Overwrite::no,
                      Unfinished unfinished = Unfinished::remove);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& partial_path() const { return partial_path_; }

  // Puts a new partial file in the place of the old one, on disk and at once: whatever happens, one
  // of the two is there whole. `write` writes the file that it is given the name of.
  void replace_partial(const std::function<void(const std::string& path)>& write);

  // Call once the partial file is written and closed. Throws SystemError; InputError when another
  // program has made `path` in the meantime and it may not be overwritten (the partial file stays).
  void commit();

 private:
  std::string replacement_path() const;

  std::string path_;
  std::string partial_path_;
  Overwrite overwrite_;
  Unfinished unfinished_;
  int lock_ = -1;  // the partial file, open and locked: one writer at a time
  int slot_ = -1;  // in the list of what an interrupt removes
};

// Removes the partial files that are not to be kept. Safe in a signal handler; follow it with
// _exit, for the files' owners do not know.
void remove_partial_outputs() noexcept;

}  // namespace rolecall
