#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "generators/mapped_file.hpp"

namespace rolecall {

// Receives the records of one part of a CSV file, in order. Rows count from 0 within the part.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // `fields` has one text per column, valid during the call. Problems take the row given here.
  virtual void row(std::size_t row, std::span<const std::string_view> fields,
                   ProblemList& problems) = 0;
};

// A UTF-8, RFC 4180 file with a header, read in parallel: it is cut into parts of about
// `part_bytes` at ends of records, found by counting quotes. Blank lines are passed over, a byte
// order mark is skipped, LF and CRLF both end a record.
class CsvFile {
 public:
  static constexpr std::size_t longest_field = 1 << 20;  // [byte]

  // Throws InputError for a file that is empty or whose header is unusable.
  explicit CsvFile(const std::filesystem::path& path, std::size_t part_bytes = 4 << 20);

  const std::string& name() const { return name_; }  // without the folder
  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t parts() const { return starts_.size() - 1; }
  std::size_t byte_size() const { return file_.bytes().size(); }

  // Reads every part into its sink, parts in parallel. Rows with too few or too many fields, bad
  // UTF-8, NUL bytes or overlong fields are reported to `problems` and not passed on. Returns the
  // row of the file (header = 1) at which each part begins. A file that is not CSV throws with
  // everything found so far.
  std::vector<std::size_t> read(const std::function<RowSink&(std::size_t part)>& sink_of,
                                ProblemList& problems, Progress& progress) const;

 private:
  MappedFile file_;
  std::string name_;
  std::string_view text_;  // without the byte order mark
  std::vector<std::string> columns_;
  std::vector<std::size_t> starts_;  // of the parts, in text_, and the end
};

}  // namespace rolecall
