#include "experiments/program/python.hpp"
#include "experiments/program/session.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string results, output;
};

// Becomes `python -m rolecall.report`.
int run(const Options& o, const Session& session) {
  require_writable(o.output, o.results, session.overwrite());
  PythonCommand command{"rolecall.report.__main__", "reports", {o.results, "-o", o.output}};
  if (session.force) command.arguments.emplace_back("--force");
  if (session.quiet) command.arguments.emplace_back("--quiet");
  become(command);
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
