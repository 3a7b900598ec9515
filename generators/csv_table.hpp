#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/attributes.hpp"
#include "core/timestamp.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/csv_file.hpp"

namespace rolecall {

// Whose parent is not in the file: rejected, or kept as a root and listed.
enum class Orphans : std::uint8_t { rejected, kept };

// What the tables of one import share.
struct ImportContext {
  OnError on_error = OnError::stop;
  Progress& progress;
  ProblemList problems;
  Orphans orphans = Orphans::rejected;
  std::vector<std::string> warnings = {};
  std::vector<Problem> notes = {};  // of rows that stay, though something is wrong with them
};

// What is said of a cell wherever it stands.
struct Complaint {
  const char* what;
  const char* remedy;
};
inline constexpr Complaint not_a_time{
    "this is not an ISO 8601 date or time, or names a day that does not exist",
    "Write 2026-03-01 or 2026-03-01T09:30:00Z."};
inline constexpr Complaint refers_to_rejected{"this refers to a row that was rejected",
                                              "Mend that row."};

// External ids of a table and the row each now has. Remembers the ids of rejected rows, so that
// what refers to them is not reported as dangling.
class KeyIndex {
 public:
  static constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t rejected = unknown - 1;

  KeyIndex() = default;
  explicit KeyIndex(std::string file) : file_(std::move(file)) {}

  const std::string& file() const { return file_; }  // where the ids stand

  void insert(std::string_view key, std::uint32_t row) { rows_[key] = row; }
  void reserve(std::size_t keys) { rows_.reserve(keys); }
  std::uint32_t find(std::string_view key) const {
    const auto it = rows_.find(key);
    return it == rows_.end() ? unknown : it->second;
  }

 private:
  std::string file_;
  std::unordered_map<std::string_view, std::uint32_t> rows_;
};

// A CSV file read whole, as columns of text, with a mark on every row that has a problem.
class CsvTable {
 public:
  static constexpr std::size_t no_row = std::numeric_limits<std::size_t>::max();

  CsvTable(const RowSource& file, ImportContext& context);

  // A table without rows, of a file that is not there.
  CsvTable(std::string file, std::vector<std::string> columns, ImportContext& context)
      : context_(context),
        file_(std::move(file)),
        names_(std::move(columns)),
        names_in_file_(names_),
        columns_(names_.size()) {}

  const std::string& file() const { return file_; }

  std::size_t size() const { return row_numbers_.size(); }
  bool has(std::string_view column) const { return find_column(column) != nullptr; }

  // The text of a cell; empty when the file has no such column.
  std::string_view text(std::size_t row, std::string_view column) const;
  const TextColumn* find_column(std::string_view column) const;
  std::vector<std::string_view> row_text(std::size_t row) const;  // in order of column name

  // Reports a problem with one cell and rejects its row.
  void reject(std::size_t row, std::string_view column, std::string what, std::string remedy);
  // Rejects a row because one that it refers to was; reported only where rejects are listed.
  void reject_follower(std::size_t row, std::string_view column);
  // Lists a problem with a row that can stay all the same; rejects it where problems stop the
  // import. The remedy says what else there is to do than to go on with --on-error skip.
  void object(std::size_t row, std::string_view column, std::string what, std::string remedy);
  Orphans orphans() const { return context_.orphans; }
  bool is_rejected(std::size_t row) const { return rejected_[row] != 0; }
  std::size_t row_number(std::size_t row) const { return row_numbers_[row]; }

  // Rejects the row when the cell is empty.
  void require(std::size_t row, std::string_view column);

  // The cell as a number or time; NaN or missing when empty. A cell that is neither rejects its
  // row.
  double number(std::size_t row, std::string_view column);
  Timestamp time(std::size_t row, std::string_view column);

  // The row of `keys` that the cell names; unknown when the cell is empty, names no row, or names
  // a rejected one: the last two reject this row.
  std::uint32_t reference(std::size_t row, std::string_view column, const KeyIndex& keys);

  // The rows in bytewise order of the key column; rows without a key, or with one that an earlier
  // row has, are rejected and left out.
  std::vector<std::size_t> order_by_key(std::string_view column);

  // Rejects the rows that have something else than a number in a numeric attribute.
  void check_numbers();

  // The columns that are not among `keys`, as attributes of the given rows; no_row is a missing
  // one.
  Attributes attributes(const std::vector<std::size_t>& rows, const std::vector<std::string>& keys);

 private:
  std::string name_in_file(std::string_view column) const;
  Problem problem(std::size_t row, std::string_view column, std::string what,
                  std::string remedy) const;

  ImportContext& context_;
  std::string file_;
  std::vector<std::string> names_, names_in_file_;
  std::vector<TextColumn> columns_;
  std::vector<std::size_t> row_numbers_;
  std::vector<std::uint8_t> rejected_;
};

}  // namespace rolecall
