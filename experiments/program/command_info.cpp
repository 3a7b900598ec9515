#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/csv_export.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/file_info.hpp"
#include "results/hdf5_reader.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct InfoOptions {
  std::string file;
  bool digest_only = false;
};

std::string text_of(const AttributeValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t n : shape) text += (text.empty() ? "" : " × ") + grouped(n);
  return text.empty() ? "scalar" : text;
}

Columns dataset_table(const FileInfo& info) {
  TextColumn paths, types, shapes, units;
  std::vector<std::int64_t> bytes;
  for (const DatasetSummary& dataset : info.datasets) {
    paths.push_back(dataset.info.path);
    types.push_back(dataset.info.type ? to_string(*dataset.info.type) : "?");
    shapes.push_back(shape_text(dataset.info.shape));
    bytes.push_back(static_cast<std::int64_t>(dataset.info.stored_bytes));
    units.push_back(dataset.unit);
  }
  return {{"dataset", std::move(paths), "", ""},
          {"type", std::move(types), "", ""},
          {"shape", std::move(shapes), "", ""},
          {"stored_bytes", std::move(bytes), "byte", ""},
          {"unit", std::move(units), "", ""}};
}

int show(const InfoOptions& o) {
  if (o.digest_only) {
    print(content_digest(o.file) + '\n');
    return 0;
  }
  const FileInfo info = describe(o.file);
  std::string text = fmt::format("{:<20}{}\n{:<20}{}\n{:<20}{}\n", "file", o.file, "format",
                                 info.format, "digest", info.digest);
  for (const FileAttribute& attribute : info.provenance)
    text += fmt::format("{:<20}{}\n", attribute.name, text_of(attribute.value));
  print(text + '\n' + to_text(dataset_table(info), terminal_width()));
  if (info.altered.empty()) return 0;
  print(fmt::format("\naltered since it was written: {}\n", info.altered));
  return 1;
}

struct ExportOptions {
  std::string file, folder;
};

// Whether the folder holds nothing but what an export writes.
bool is_an_export(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (!entry.is_regular_file() || entry.path().extension() != ".csv") return false;
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

// The folder appears under its name whole, as a file would.
int write_csv(const ExportOptions& o, const Session& session) {
  namespace fs = std::filesystem;
  fs::path folder = fs::absolute(o.folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // a trailing slash
  refuse_unreplaceable(folder, session);
  const std::string format = to_string(file_format(Hdf5Reader(o.file)));
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
    else
      write_text(partial / "scores.csv", to_csv(read_table(o.file, format).columns),
                 Overwrite::yes);
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

void add_info(CLI::App& app, Session& session) {
  auto o = std::make_shared<InfoOptions>();
  CLI::App* command = app.add_subcommand(
      "info", "What is in a file, where it came from, and the digest of its content");
  command->add_option("file", o->file, "A file this program wrote")
      ->required()
      ->type_name("FILE.h5");
  command->add_flag("--digest", o->digest_only,
                    "Only the digest: the same for the same content, whatever the path, the "
                    "threads, the chunks or the time");
  add_common_options(*command, session);
  command->footer("Exit code 1: the data are not as they were written.");
  command->callback([o, &session] { session.run = [o] { return show(*o); }; });
}

void add_export(CLI::App& app, Session& session) {
  auto o = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write a world as a CSV bundle, or scores as a CSV file");
  command->add_option("file", o->file, "A file this program wrote")
      ->required()
      ->type_name("FILE.h5");
  command->add_option("-o,--output", o->folder, "The folder to make")->required()->type_name("DIR");
  add_common_options(*command, session);
  command->callback(
      [o, &session] { session.run = [o, &session] { return write_csv(*o, session); }; });
}

}  // namespace rolecall::program
