#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "core/error.hpp"
#include "experiments/program/session.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string results, output;
};

// The interpreter that has the package rolecall: $ROLECALL_PYTHON, that of the build folder which
// the program stands in, or the path's.
std::string find_python() {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv("ROLECALL_PYTHON"); named != nullptr && *named != '\0')
    return named;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path built = program.parent_path().parent_path() / "venv" / "bin" / "python";
  return fs::exists(built, ignored) ? built.string() : "python3";
}

// Becomes `python -m rolecall.report`, whose exit codes are those of the program.
int run(const Options& o, const Session& session) {
  constexpr const char* script =
      "import sys\n"
      "try:\n"
      "    from rolecall.report.__main__ import main\n"
      "except ImportError as error:\n"
      "    print(f'rolecall: reports need the Python package rolecall ({error}). Install it with "
      "'\n"
      "          '`pip install ./python`, or name an interpreter that has it in "
      "ROLECALL_PYTHON.',\n"
      "          file=sys.stderr)\n"
      "    sys.exit(3)\n"
      "sys.exit(main(sys.argv[1:]))\n";
  require_writable(o.output, o.results, session.overwrite());
  const std::string python = find_python();
  std::vector<std::string> words{python, "-c", script, o.results, "-o", o.output};
  if (session.force) words.emplace_back("--force");
  if (session.quiet) words.emplace_back("--quiet");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(python.c_str(), arguments.data());
  throw SystemError::from_errno("start", python, errno);
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("report", "Make one self-contained HTML page of a study's results");
  command->add_option("results", o->results, "A results file of rolecall run")
      ->required()
      ->type_name("RESULTS.h5");
  command->add_option("-o,--output", o->output, "The page to write")
      ->required()
      ->type_name("REPORT.html");
  add_common_options(*command, session);
  command->footer("Example: rolecall report results.h5 -o report.html");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
