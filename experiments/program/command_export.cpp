#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/series_csv.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_export.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"
#include "results/series_file.hpp"
#include "results/study_file.hpp"
#include "results/study_journal.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct ExportOptions {
  std::string file, folder;
};

// Whether the folder holds nothing but what an export writes.
bool is_an_export(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (!entry.is_regular_file() ||
        (entry.path().extension() != ".csv" && entry.path().extension() != ".toml"))
      return false;
  return true;
}

void refuse_unreplaceable(const std::filesystem::path& folder, const Session& session) {
  namespace fs = std::filesystem;
  const auto refuse = [&](const char* what, const char* remedy) {
    throw InputError({.file = folder.string(), .what = what, .remedy = remedy});
  };
  if (!fs::exists(fs::symlink_status(folder))) return;
  if (!fs::is_directory(fs::symlink_status(folder)))
    refuse("this exists and is not a folder", "Name a new folder.");
  if (!is_an_export(folder))
    refuse("the folder holds other things than exported CSV files", "Name a new folder.");
  if (!session.force && !fs::is_empty(folder))
    refuse("the folder exists and is not empty", "Name a new one, or pass --force to replace it.");
}

// A number that is missing is an empty cell, as in a CSV bundle.
void export_table(const std::string& name, const Columns& columns,
                  const std::filesystem::path& folder) {
  write_text(folder / (name + ".csv"), to_csv(columns, ""), Overwrite::yes);
}

// A matrix as a column for each of its columns, by number.
void append_columns(const TableColumn& column, Columns& columns) {
  if (column.per_row == 1) {
    columns.push_back(column);
    return;
  }
  const auto& values = std::get<std::vector<double>>(column.values);
  for (std::size_t c = 0; c < column.per_row; ++c) {
    std::vector<double> one;
    for (std::size_t r = 0; r < column.size(); ++r) one.push_back(values[r * column.per_row + c]);
    columns.push_back({fmt::format("{}_{}", column.name, c + 1), std::move(one)});
  }
}

// A file for each table, "trials.csv", the specification and the best model.
void export_study(const StudyRecord& study, const std::filesystem::path& folder) {
  for (const StudyTable& table : study.tables) {
    Columns columns;
    for (const TableColumn& column : table.columns) append_columns(column, columns);
    export_table(table.name, columns, folder);
  }
  write_text(folder / "study.toml", study.recipe_text("specification"), Overwrite::yes);
  if (!study.best_model.empty())
    write_text(folder / "best_model.toml", study.best_model, Overwrite::yes);
}

void export_series(const SeriesTable& series, const std::filesystem::path& folder) {
  write_text(
      folder / "series.csv", [&](const TextSink& write) { write_csv(series, write); },
      Overwrite::yes);
}

Plan plan_of(const ExportOptions& o) {
  Plan plan{.output = o.folder};
  const Hdf5Reader file(o.file);
  const std::string format = to_string(file_format(file));
  if (format.starts_with("rolecall.world/")) {
    const GivenWorld world = look_at_world(o.file);
    plan.add(world);
    plan.cost = cost_of_reading(world).then(cost_of_exporting(world.size));
    return plan;
  }
  double bytes = 0;
  for (const DatasetInfo& info : file.datasets())
    bytes += static_cast<double>(info.elements() * info.element_bytes);
  plan.items.emplace_back("file", fmt::format("{}: {}", o.file, format));
  plan.cost = format == series_format ? cost_of_exporting_series(bytes / sizeof(double))
                                      : cost_of_exporting_file(bytes);
  return plan;
}

// Formats that hold no tables for people.
void refuse_unexportable(const std::string& file, const FileFormat& format) {
  for (const char* name :
       {"rolecall.world", "rolecall.study", "rolecall.series", "rolecall.scores"})
    if (format.name == name) return;
  const bool is_unfinished = to_string(format) == study_progress_format;
  throw InputError(
      {.file = file,
       .field = "format",
       .value = to_string(format),
       .what = is_unfinished ? "this study is not finished" : "there is nothing to export in it",
       .remedy = is_unfinished ? "Finish it with --resume, then export the results."
                               : "Name a world, a study, scores or a series."});
}

// The folder appears under its name whole, as a file would.
int write_csv(const ExportOptions& o, const Session& session) {
  namespace fs = std::filesystem;
  if (session.plan) return show(plan_of(o));
  fs::path folder = fs::absolute(o.folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // a trailing slash
  refuse_unreplaceable(folder, session);
  const FileFormat found = file_format(Hdf5Reader(o.file));
  const std::string format = to_string(found);
  refuse_unexportable(o.file, found);
  fs::path partial = folder;
  partial += ".partial";
  refuse_unreplaceable(partial, session);
  std::error_code failed;
  fs::remove_all(partial, failed);
  if (!fs::create_directory(partial, failed))
    throw SystemError::from_errno("make the folder", partial.string(), failed.value());
  try {
    if (format.starts_with("rolecall.world/"))
      export_csv_bundle(read_world(o.file), partial);
    else if (found.name == parse_format(study_format).value().name)
      export_study(read_study(o.file), partial);
    else if (format == series_format)
      export_series(read_series(o.file), partial);
    else
      export_table("scores", read_table(o.file, format).columns, partial);
    if (fs::exists(folder)) fs::remove_all(folder);
    fs::rename(partial, folder);
  } catch (...) {
    fs::remove_all(partial, failed);
    throw;
  }
  session.say(fmt::format("{} exported to {}", o.file, o.folder));
  return 0;
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto o = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write a world as a CSV bundle, or results as CSV files");
  command->add_option("file", o->file, "A file this program wrote")
      ->required()
      ->type_name("FILE.h5");
  command->add_option("-o,--output", o->folder, "The folder to make")->required()->type_name("DIR");
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->callback(
      [o, &session] { session.run = [o, &session] { return write_csv(*o, session); }; });
}

}  // namespace rolecall::program
