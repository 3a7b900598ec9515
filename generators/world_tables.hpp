#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "generators/csv_bundle.hpp"
#include "generators/csv_table.hpp"
#include "generators/row_source.hpp"
#include "generators/table_spec.hpp"

// Private to the ways of importing: from files, whatever they are called, to a world.
namespace rolecall {

// Where accounts come from when there is no table of them.
enum class AccountsFrom : std::uint8_t { own_table, deals };

struct TableSources {
  std::map<std::string, std::unique_ptr<RowSource>> files;      // by table; any may be missing
  std::function<std::string(const std::string& table)> absent;  // a missing one as problems call it
  AccountsFrom accounts = AccountsFrom::own_table;
};

// Adds to `problems` the columns that the file of a table must have and lacks.
void check_columns(const TableSpec& spec, const RowSource& file, ProblemList& problems);

// Reads all tables. Throws InputError with every problem, unless the context says to skip. The
// result has what the context gathered.
CsvBundle import_tables(const TableSources& sources, ImportContext& context);

// How an import of so many options begins.
ImportContext make_context(const CsvBundleOptions& options, Progress& progress);

}  // namespace rolecall
