#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/csv_export.hpp"
#include "results/digest.hpp"
#include "results/file_info.hpp"
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

// The folder appears under its name whole, as a file would.
int write_csv(const ExportOptions& o, const Session& session) {
  namespace fs = std::filesystem;
  if (fs::exists(o.folder) && !(fs::is_directory(o.folder) && fs::is_empty(o.folder)) &&
      !session.force)
    throw InputError({.file = o.folder,
                      .what = "the folder exists and is not empty",
                      .remedy = "Name a new one, or pass --force to replace it."});
  const std::string format = describe(o.file).format;
  const fs::path partial = fs::path(o.folder).lexically_normal().string() + ".partial";
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
    fs::remove_all(o.folder);
    fs::rename(partial, o.folder);
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
