#include "experiments/program/session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "core/error.hpp"
#include "experiments/program/progress_bar.hpp"
#include "experiments/truth_model.hpp"
#include "generators/csv_bundle.hpp"
#include "results/digest.hpp"
#include "results/version.hpp"
#include "results/world_file.hpp"
#include "scoring/model_file.hpp"
#include "scoring/role_assignment.hpp"

namespace rolecall::program {

void Session::say(const std::string& line) const {
  if (!quiet) fmt::print(stderr, "{}\n", line);
}

void Session::warn(const std::string& line) const {
  if (!quiet) fmt::print(stderr, "warning: {}\n", line);
}

std::unique_ptr<Progress> Session::progress() const {
  if (!quiet && ::isatty(STDERR_FILENO) != 0) return std::make_unique<ProgressBar>();
  return std::make_unique<Progress>();
}

double Session::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Provenance Session::provenance(std::string parameters) const {
  return collect_provenance(shell_command(arguments), std::move(parameters), start);
}

void add_world_and_model_options(CLI::App& command, std::string& world, std::string& model) {
  command.add_option("world", world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command
      .add_option("-m,--model", model,
                  "A built-in model (see `rolecall models`), a file.toml, or of a generated world "
                  "vendor or truth")
      ->required()
      ->type_name("NAME|FILE");
}

void require_writable(const std::string& output, const std::string& input, Overwrite overwrite) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path folder = fs::absolute(output, ignored).parent_path();
  const bool is_input = fs::equivalent(output, input, ignored);
  const bool in_input = fs::exists(output, ignored) && fs::equivalent(folder, input, ignored) &&
                        fs::path(output).extension() == ".csv";
  if (is_input || in_input)
    throw InputError({.file = output,
                      .what = "this is the input",
                      .remedy = "Write to another name, so that the input is kept."});
  refuse_unwritable(output, overwrite);
}

void require_extension(const std::string& output, std::initializer_list<std::string_view> known) {
  const std::string extension = std::filesystem::path(output).extension();
  if (output.empty() || std::ranges::find(known, extension) != known.end()) return;
  throw InputError(
      {.field = "--output",
       .value = output,
       .what = "the name does not say which format to write",
       .remedy = fmt::format("Let it end in {} or {}.",
                             fmt::join(known.begin(), known.end() - 1, ", "), *(known.end() - 1))});
}

void fill(const OutputFile& output, const std::function<void(const TextSink&)>& produce) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(output.partial_path().c_str(), "wb"), std::fclose);
  const auto check = [&](bool good) {
    if (!good) throw SystemError::from_errno("write", output.path(), errno);
  };
  check(file != nullptr);
  produce([&](std::string_view text) {
    check(std::fwrite(text.data(), 1, text.size(), file.get()) == text.size());
  });
  check(std::fclose(file.release()) == 0);
}

void fill(const OutputFile& output, const std::string& text) {
  fill(output, [&](const TextSink& write) { write(text); });
}

void write_text(const std::string& path, const std::function<void(const TextSink&)>& produce,
                Overwrite overwrite) {
  OutputFile output(path, overwrite);
  fill(output, produce);
  output.commit();
}

void write_text(const std::string& path, const std::string& text, Overwrite overwrite) {
  OutputFile output(path, overwrite);
  fill(output, text);
  output.commit();
}

void add_common_options(CLI::App& command, Session& session) {
  command.add_option("--threads", session.threads, "Threads to use; 0 takes all of the machine")
      ->type_name("N")
      ->check(CLI::Range(0, 4096))
      ->group("Everywhere");
  command.add_flag("--quiet", session.quiet, "No progress, notes or warnings")->group("Everywhere");
  command.add_flag("--force", session.force, "Overwrite an existing output")->group("Everywhere");
  command.set_version_flag("--version", version_text())->group("Everywhere");
}

std::string version_text() {
  return fmt::format("rolecall {} ({})", version::software, version::commit);
}

void add_profile_options(CLI::App& command, Session& session) {
  command
      .add_flag("--profile", session.profile,
                "At the end, print to standard error where time and memory went")
      ->group("Everywhere");
  command.add_option("--profile-json", session.profile_file, "Write the same to FILE, in JSON")
      ->type_name("FILE")
      ->group("Everywhere");
}

void add_plan_option(CLI::App& command, Session& session) {
  command.add_flag("--plan", session.plan,
                   "Print what it would read and write, the memory and the time, and stop");
}

void add_format_option(CLI::App& command, std::string& format) {
  command.add_option("--format", format, "table (for people), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
}

World load_world(const std::string& path, const Session& session, std::string* digest) {
  if (!std::filesystem::is_directory(path)) {
    World world = read_world(path);
    const std::string found = content_digest(world);
    if (found != stored_digest(path))
      session.warn(path + " is not as it was written; `rolecall info` names what was altered.");
    if (digest != nullptr) *digest = found;
    return world;
  }
  const auto progress = session.progress();
  CsvBundle bundle = import_csv_bundle(path, {}, progress.get());
  for (const std::string& warning : bundle.warnings) session.warn(warning);
  if (digest != nullptr) *digest = content_digest(bundle.world);
  return std::move(bundle.world);
}

std::pair<World, Model> load_world_and_model(const std::string& world, const std::string& model,
                                             const Session& session) {
  std::optional<Model> named;  // first, for its errors are quick to show
  if (model != "truth" && model != "vendor") named = load_model(model);
  World loaded = load_world(world, session);
  if (!named) named = model == "truth" ? truth_model(loaded, world) : vendor_model(loaded, world);
  return {std::move(loaded), std::move(*named)};
}

void assign_missing_roles(World& world, const Model& model, const AsOf& as_of,
                          const Session& session) {
  for (const std::string& note : rolecall::assign_missing_roles(world, model, as_of))
    session.warn(note);
}

}  // namespace rolecall::program
