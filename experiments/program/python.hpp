#pragma once

#include <string>
#include <vector>

// The Python package rolecall, which some commands are written in.
namespace rolecall::program {

// A command of the package: `main(arguments)` of a module, whose exit codes are those of the
// program.
struct PythonCommand {
  std::string module;                  // "rolecall.report.__main__"
  std::string what;                    // "reports": what needs the package, when it is missing
  std::vector<std::string> arguments;  // of main
};

// Becomes the command. Returns only by throwing SystemError, when there is no interpreter.
[[noreturn]] void become(const PythonCommand& command);

// Runs the command to its end, and gives its exit code. Throws SystemError when there is no
// interpreter.
int run(const PythonCommand& command);

}  // namespace rolecall::program
