#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "experiments/program/interrupt.hpp"
#include "experiments/program/profile_output.hpp"
#include "experiments/program/session.hpp"

namespace {

using namespace rolecall;

enum ExitCode { done = 0, bad_input = 2, system_refused = 3 };

int fail(ExitCode code, const char* message) {
  fmt::print(stderr, "rolecall: {}\n", message);
  return code;
}

// What to say of a first word that is no command; empty when it is one, or an option.
std::string unknown_command(CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (std::ranges::find(names, argv[1]) != names.end()) return {};
  return fmt::format("there is no command '{}'. {}", printable(argv[1]), suggest(argv[1], names));
}

int run(const program::Session& session) {
  try {
    return program::run_profiled(session);
  } catch (const InputError& error) {
    return fail(bad_input, error.what());
  } catch (const SystemError& error) {
    return fail(system_refused, error.what());
  } catch (const std::bad_alloc&) {
    return fail(system_refused, "out of memory. Use a machine with more, or a smaller world.");
  } catch (const std::exception& error) {
    return fail(system_refused, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  program::handle_interrupts();
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit becomes an error of the write

  program::Session session;
  session.arguments.assign(argv, argv + argc);
  CLI::App app{
      "rolecall scores B2B buying groups, tells what the scores are worth, and tunes their "
      "weights.\n"
      "Start with: rolecall score examples/small --model ajo-seed --as-of 2026-03-31",
      "rolecall"};
  app.set_version_flag("--version", program::version_text());
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  program::add_generate(app, session);
  program::add_audit(app, session);
  program::add_import(app, session);
  program::add_groups(app, session);
  program::add_score(app, session);
  program::add_explain(app, session);
  program::add_series(app, session);
  program::add_evaluate(app, session);
  program::add_deals(app, session);
  program::add_run(app, session);
  program::add_studies(app, session);
  program::add_simulate(app, session);
  program::add_scenarios(app, session);
  program::add_runs(app, session);
  program::add_report(app, session);
  program::add_reproduce(app, session);
  program::add_diff(app, session);
  program::add_models(app, session);
  program::add_info(app, session);
  program::add_export(app, session);
  app.footer(
      "`rolecall COMMAND --help` says more. Exit codes: 0 done, 1 a comparison said no,\n"
      "2 bad usage or input, 3 the system refused, 130 interrupted.");
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return bad_input;
  }
  if (const std::string problem = unknown_command(app, argc, argv); !problem.empty())
    return fail(bad_input, problem.c_str());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : bad_input;
  }
  return run(session);
}
