#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "sim/scenario.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string name;
  std::string format = "table";
};

int list(const Options& o) {
  if (!o.name.empty()) {
    print(to_toml(sim::load_scenario(o.name), Comments::meanings));
    return 0;
  }
  TextColumn names, questions;
  for (const sim::Scenario& scenario : sim::builtin_scenarios()) {
    names.push_back(scenario.name);
    questions.push_back(scenario.question);
  }
  print({{"scenario", std::move(names)}, {"question", std::move(questions)}}, o.format);
  return 0;
}

}  // namespace

void add_scenarios(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "scenarios", "List the built-in scenarios, or print one with every default written out");
  command->add_option("name", o->name, "A built-in scenario or a file.toml")
      ->type_name("NAME|SCENARIO.toml");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  command->footer("To start your own: rolecall scenarios small > mine.toml");
  command->callback([o, &session] { session.run = [o] { return list(*o); }; });
}

}  // namespace rolecall::program
