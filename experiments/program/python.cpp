#include "experiments/program/python.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "core/error.hpp"

namespace rolecall::program {
namespace {

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

// The words of a command line, and where they stand for the system.
struct CommandLine {
  explicit CommandLine(const PythonCommand& command) : words{find_python(), "-c"} {
    words.push_back(fmt::format(
        "import sys\n"
        "try:\n"
        "    from {} import main\n"
        "except ImportError as error:\n"
        "    print(f'rolecall: {} need the Python package rolecall ({{error}}). Install "
        "it with '\n"
        "          '`pip install ./python`, or name an interpreter that has it in "
        "ROLECALL_PYTHON.',\n"
        "          file=sys.stderr)\n"
        "    sys.exit(3)\n"
        "sys.exit(main(sys.argv[1:]))\n",
        command.module, command.what));
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
  }

  std::vector<std::string> words;
  std::vector<char*> pointers;
};

}  // namespace

void become(const PythonCommand& command) {
  CommandLine line(command);
  ::execvp(line.pointers[0], line.pointers.data());
  throw SystemError::from_errno("start", line.words[0], errno);
}

int run(const PythonCommand& command) {
  CommandLine line(command);
  pid_t child = 0;
  if (const int code =
          ::posix_spawnp(&child, line.pointers[0], nullptr, nullptr, line.pointers.data(), environ);
      code != 0)
    throw SystemError::from_errno("start", line.words[0], code);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw SystemError::from_errno("wait for", line.words[0], errno);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  throw SystemError(fmt::format("{} was ended by signal {}.", line.words[0], WTERMSIG(status)));
}

}  // namespace rolecall::program
