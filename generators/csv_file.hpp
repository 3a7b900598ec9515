#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "generators/mapped_file.hpp"
#include "generators/row_source.hpp"

namespace rolecall {

// A UTF-8, RFC 4180 file with a header, read in parallel: it is cut into parts of about
// `part_bytes` at ends of records, found by counting quotes. Blank lines are passed over, a byte
// order mark is skipped, LF and CRLF both end a record. Fields may be parted by something else than
// a comma.
class CsvFile : public RowSource {
 public:
  static constexpr std::size_t longest_field = 1 << 20;  // [byte]

  // Throws InputError for a file that is empty or whose header is unusable.
  explicit CsvFile(const std::filesystem::path& path, std::size_t part_bytes = 4 << 20,
                   char delimiter = ',');

  const std::string& name() const override { return name_; }
  const std::vector<std::string>& columns() const override { return columns_; }
  std::size_t parts() const override { return starts_.size() - 1; }
  std::size_t byte_size() const { return file_.bytes().size(); }

  // Not usable are rows with too few or too many fields, bad UTF-8, NUL bytes or overlong fields.
  std::vector<std::size_t> read(const std::function<RowSink&(std::size_t part)>& sink_of,
                                ProblemList& problems, Progress& progress) const override;

 private:
  MappedFile file_;
  std::string name_;
  char delimiter_;
  std::string_view text_;  // without the byte order mark
  std::vector<std::string> columns_;
  std::vector<std::size_t> starts_;  // of the parts, in text_, and the end
};

}  // namespace rolecall
