#include <fmt/format.h>

#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "results/digest.hpp"
#include "results/file_info.hpp"

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
  add_profile_options(*command, session);
  command->footer("Exit code 1: the data are not as they were written.");
  command->callback([o, &session] { session.run = [o] { return show(*o); }; });
}

}  // namespace rolecall::program
