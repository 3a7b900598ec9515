#include "generators/csv_bundle.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "core/profile.hpp"
#include "generators/csv_file.hpp"
#include "generators/csv_size.hpp"
#include "generators/table_spec.hpp"
#include "generators/world_tables.hpp"

namespace rolecall {
namespace {

void require_folder(const std::filesystem::path& folder) {
  if (std::filesystem::is_directory(folder)) return;
  throw InputError(
      {.file = folder.string(),
       .what = std::filesystem::exists(folder) ? "this is not a folder" : "there is no such folder",
       .remedy = "Name a CSV bundle: a folder with accounts.csv, people.csv, "
                 "groups.csv and activities.csv."});
}

// Whether the folder has the file; a problem when it needs one.
bool has_file(const std::filesystem::path& folder, const TableSpec& spec, ProblemList& problems) {
  const std::filesystem::path path = folder / spec.file();
  if (std::filesystem::exists(path)) return true;
  if (spec.in_bundle == Presence::required)
    problems.add({.file = path.string(),
                  .what = "the file is missing, so this folder is not a CSV bundle",
                  .remedy = "A bundle has accounts.csv, people.csv, groups.csv and "
                            "activities.csv; the other files are optional."});
  return false;
}

// Opens every file of the folder and checks the headers; reports all that is missing.
TableSources open_bundle(const std::filesystem::path& folder, std::size_t part_bytes) {
  require_folder(folder);
  TableSources sources;
  sources.absent = [](const std::string& table) { return table + ".csv"; };
  ProblemList problems;
  for (const TableSpec& spec : table_specs()) {
    if (!has_file(folder, spec, problems)) continue;
    try {
      auto file = std::make_unique<CsvFile>(folder / spec.file(), part_bytes);
      check_columns(spec, *file, problems);
      sources.files.emplace(spec.name, std::move(file));
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) problems.add(problem);
    }
  }
  problems.throw_if_any();
  return sources;
}

// A column that is nearly a known one is kept as an attribute, as the format says, but a slip there
// would silently lose a date or a parent.
void warn_of_slips(const TableSources& sources, std::vector<std::string>& warnings) {
  for (const TableSpec& spec : table_specs()) {
    const auto file = sources.files.find(spec.name);
    if (file == sources.files.end()) continue;
    const std::vector<std::string>& columns = file->second->columns();
    for (const std::string& known : spec.optional) {
      if (std::ranges::find(columns, known) != columns.end()) continue;
      for (const std::string& column : columns)
        if (nearest(column, {known}) == known && !spec.knows(column))
          warnings.push_back(
              fmt::format("{}: column '{}' is kept as a custom attribute; if it is "
                          "meant as '{}', rename it.",
                          file->second->name(), column, known));
    }
  }
}

}  // namespace

CsvBundle import_csv_bundle(const std::filesystem::path& folder, const CsvBundleOptions& options,
                            Progress* progress) {
  const Phase phase("import the bundle");
  Progress silent;
  ImportContext context = make_context(options, progress != nullptr ? *progress : silent);
  const TableSources sources = open_bundle(folder, options.part_bytes);
  warn_of_slips(sources, context.warnings);
  const bool has_members = sources.files.contains("members");
  CsvBundle bundle = import_tables(sources, context);
  if (!has_members && bundle.world.groups.size() > 0)
    bundle.warnings.emplace_back(
        "there is no members.csv: groups have members only where a model's conditions give roles.");
  return bundle;
}

WorldSize estimate_csv_bundle(const std::filesystem::path& folder) {
  require_folder(folder);
  WorldSize size;
  ProblemList problems;
  for (const TableSpec& spec : table_specs())
    if (has_file(folder, spec, problems)) add_csv_size(spec.name, folder / spec.file(), size);
  problems.throw_if_any();
  return size;
}

}  // namespace rolecall
