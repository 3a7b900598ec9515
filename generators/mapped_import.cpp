#include "generators/mapped_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/profile.hpp"
#include "generators/csv_file.hpp"
#include "generators/csv_size.hpp"
#include "generators/mapped_source.hpp"
#include "generators/table_spec.hpp"
#include "generators/world_tables.hpp"

namespace rolecall {
namespace {

void require_folder(const std::filesystem::path& folder) {
  if (std::filesystem::is_directory(folder)) return;
  throw InputError(
      {.file = folder.string(),
       .what = std::filesystem::exists(folder) ? "this is not a folder" : "there is no such folder",
       .remedy = "Name the folder of the files that the mapping reads."});
}

bool numbers_rows(const TableMapping& mapping) {
  return std::ranges::any_of(mapping.columns, [](const ColumnMapping& column) {
    return column.from == ColumnMapping::From::row_number;
  });
}

// Null, and a problem, when the folder lacks the file.
bool has_file(const std::filesystem::path& folder, const Mapping& mapping,
              const TableMapping& table, ProblemList& problems) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(folder / table.file, ignored)) return true;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().filename().string());
  std::ranges::sort(files);
  problems.add({.file = mapping.source,
                .row = table.line,
                .field = table.table + ".file",
                .value = table.file,
                .what = fmt::format("there is no such file in {}", folder.string()),
                .remedy = suggest(table.file, files)});
  return false;
}

// Opens a file under its mapping; reports what does not fit.
std::unique_ptr<MappedSource> open_mapped(const std::filesystem::path& path, const Mapping& mapping,
                                          const TableMapping& table, std::size_t part_bytes,
                                          ProblemList& problems) {
  try {
    // The number of a row is known within a part, so there must be but one.
    std::error_code ignored;  // what cannot be read is reported on opening it
    const std::size_t whole = std::filesystem::file_size(path, ignored);
    const std::size_t bytes = numbers_rows(table) && !ignored ? whole + 1 : part_bytes;
    return std::make_unique<MappedSource>(std::make_unique<CsvFile>(path, bytes, table.delimiter),
                                          table, mapping.source, problems);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) problems.add(problem);
    return nullptr;
  }
}

struct MappedTable {
  const TableMapping* mapping;
  std::filesystem::path path;
};

CsvBundle import_files(const std::vector<MappedTable>& tables, const Mapping& mapping,
                       AccountsFrom accounts, const CsvBundleOptions& options, Progress* progress,
                       ProblemList problems = ProblemList()) {
  TableSources sources;
  sources.accounts = accounts;
  sources.absent = [&](const std::string& table) {
    return fmt::format("[{}] of {}", table, mapping.source);
  };
  std::vector<const MappedSource*> mapped;
  for (const MappedTable& table : tables)
    if (auto source =
            open_mapped(table.path, mapping, *table.mapping, options.part_bytes, problems)) {
      mapped.push_back(source.get());
      sources.files.emplace(table.mapping->table, std::move(source));
    }
  problems.throw_if_any();
  Progress silent;
  ImportContext context = make_context(options, progress != nullptr ? *progress : silent);
  context.orphans = Orphans::kept;
  CsvBundle bundle = import_tables(sources, context);
  for (const MappedSource* source : mapped) source->tell_changes(bundle.changes, bundle.warnings);
  return bundle;
}

}  // namespace

CsvBundle import_mapped(const std::filesystem::path& folder, const Mapping& mapping,
                        const CsvBundleOptions& options, Progress* progress) {
  const Phase phase("import the files");
  require_folder(folder);
  ProblemList problems;
  std::vector<MappedTable> tables;
  for (const TableMapping& table : mapping.tables)
    if (has_file(folder, mapping, table, problems)) tables.push_back({&table, folder / table.file});
  return import_files(tables, mapping, AccountsFrom::own_table, options, progress,
                      std::move(problems));
}

WorldSize estimate_mapped(const std::filesystem::path& folder, const Mapping& mapping) {
  require_folder(folder);
  WorldSize size;
  ProblemList problems;
  for (const TableMapping& table : mapping.tables)
    if (has_file(folder, mapping, table, problems))
      add_csv_size(table.table, folder / table.file, size);
  problems.throw_if_any();
  return size;
}

CsvBundle import_deals_csv(const std::filesystem::path& file, const CsvBundleOptions& options,
                           Progress* progress) {
  const Phase phase("import the deals");
  TableSources sources;
  sources.accounts = AccountsFrom::deals;
  sources.absent = [](const std::string& table) { return table + ".csv"; };
  auto source = std::make_unique<CsvFile>(file, options.part_bytes);
  ProblemList problems;
  check_columns(*find_table_spec("deals"), *source, problems);
  problems.throw_if_any();
  sources.files.emplace("deals", std::move(source));
  Progress silent;
  ImportContext context = make_context(options, progress != nullptr ? *progress : silent);
  return import_tables(sources, context);
}

CsvBundle import_deals_csv(const std::filesystem::path& file, const Mapping& mapping,
                           const CsvBundleOptions& options, Progress* progress) {
  const Phase phase("import the deals");
  if (mapping.tables.size() != 1 || mapping.tables.front().table != "deals")
    throw InputError({.file = mapping.source,
                      .what = "one file of deals needs a mapping of [deals] alone",
                      .remedy = "Import the folder with `rolecall import csv`, or leave the other "
                                "sections out."});
  return import_files({{&mapping.tables.front(), file}}, mapping, AccountsFrom::deals, options,
                      progress);
}

}  // namespace rolecall
