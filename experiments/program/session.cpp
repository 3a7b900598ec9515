#include "experiments/program/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "core/error.hpp"
#include "experiments/program/progress_bar.hpp"
#include "generators/csv_bundle.hpp"
#include "results/world_file.hpp"

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

Provenance Session::provenance(std::string parameters) const {
  return collect_provenance(shell_command(arguments), std::move(parameters), start);
}

void require_writable(const std::string& path, Overwrite overwrite) {
  OutputFile probe(path, overwrite);
}

void write_text(const std::string& path, const std::string& text, Overwrite overwrite) {
  OutputFile output(path, overwrite);
  std::FILE* file = std::fopen(output.partial_path().c_str(), "wb");
  if (file == nullptr) throw SystemError::from_errno("write", path, errno);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int code = written ? 0 : errno;
  if (std::fclose(file) != 0 && code == 0) code = errno;
  if (code != 0) throw SystemError::from_errno("write", path, code);
  output.commit();
}

void add_common_options(CLI::App& command, Session& session) {
  command.add_option("--threads", session.threads, "Threads to use; 0 takes all of the machine")
      ->type_name("N")
      ->check(CLI::Range(0, 4096))
      ->group("Everywhere");
  command.add_flag("--quiet", session.quiet, "No progress, notes or warnings")->group("Everywhere");
  command.add_flag("--force", session.force, "Overwrite an existing output")->group("Everywhere");
}

World load_world(const std::string& path, const Session& session) {
  if (!std::filesystem::is_directory(path)) return read_world(path);
  const auto progress = session.progress();
  CsvBundle bundle = import_csv_bundle(path, {}, progress.get());
  for (const std::string& warning : bundle.warnings) session.warn(warning);
  return std::move(bundle.world);
}

}  // namespace rolecall::program
