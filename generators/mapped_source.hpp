#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "generators/csv_bundle.hpp"
#include "generators/csv_file.hpp"
#include "generators/mapping.hpp"
#include "generators/row_source.hpp"

namespace rolecall {

// A foreign file as one of ours: its columns under our names, its values corrected, and what the
// mapping does not name kept as it is. Problems still name the columns of the file.
class MappedSource : public RowSource {
 public:
  // `mapping` must outlive this. Adds to `problems` the columns that it names and the file lacks,
  // and those that would have one name.
  MappedSource(std::unique_ptr<CsvFile> file, const TableMapping& mapping,
               const std::string& mapping_source, ProblemList& problems);

  const std::string& name() const override { return file_->name(); }
  const std::vector<std::string>& columns() const override { return names_; }
  std::size_t parts() const override { return file_->parts(); }
  std::string name_in_file(std::string_view column) const override;
  std::vector<std::size_t> read(const std::function<RowSink&(std::size_t part)>& sink_of,
                                ProblemList& problems, Progress& progress) const override;

  // Once read: in how many rows each value was replaced, and, as warnings, which never were.
  void tell_changes(std::vector<ValueChange>& changes, std::vector<std::string>& warnings) const;

 private:
  class Sink;

  // Where the text of one of columns() comes from.
  struct Column {
    const ColumnMapping* mapping = nullptr;  // null: as it stands in the file
    std::size_t place = 0;                   // in the file
    std::unordered_map<std::string_view, std::size_t> replacements = {};  // by the value replaced
  };

  void add_mapped(const ColumnMapping& mapping, const std::string& source, ProblemList& problems);
  void add_others(const TableMapping& mapping, const std::string& source, ProblemList& problems);
  std::string no_such_column(const std::string& name) const;

  std::unique_ptr<CsvFile> file_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  // Rows in which each replacement of each column was made; counted by read().
  mutable std::vector<std::vector<std::uint64_t>> counts_;
};

}  // namespace rolecall
