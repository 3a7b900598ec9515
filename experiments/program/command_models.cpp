#include <fmt/format.h>

#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "scoring/deals/builtin_rules.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string name, world;
  std::string format = "table";
};

Columns model_table() {
  TextColumn names, kinds, descriptions;
  std::vector<std::int64_t> types, windows;
  for (const Model& model : builtin_models()) {
    names.push_back(model.name);
    kinds.push_back("engagement");
    descriptions.push_back(model.description);
    types.push_back(static_cast<std::int64_t>(model.activities.size()));
    windows.push_back(model.window_days);
  }
  for (const BuiltinRules& one : builtin_rules()) {
    names.push_back(one.rules.name);
    kinds.push_back("rules");
    descriptions.push_back(one.rules.description);
    types.push_back(static_cast<std::int64_t>(one.rules.activities().size()));
    windows.push_back(0);
  }
  return {{"model", std::move(names), "", ""},
          {"kind", std::move(kinds), "", "engagement model, or rules for rolecall deals"},
          {"activity_types", std::move(types), "", ""},
          {"window_days", std::move(windows), "day", "0: none, as rules have"},
          {"description", std::move(descriptions), "", ""}};
}

int run(const Options& o, const Session& session) {
  if (!o.world.empty())
    print(
        to_toml(load_world_and_model(o.world, o.name.empty() ? "vendor" : o.name, session).second));
  else if (const BuiltinRules* rules = find_builtin_rules(o.name))
    print(rules->text);
  else if (!o.name.empty())
    print(to_toml(load_model(o.name)));
  else
    print(model_table(), o.format);
  return 0;
}

}  // namespace

void add_models(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "models", "List the built-in models, or print one with every default written out");
  command->add_option("name", o->name, "A built-in model or a file.toml")->type_name("NAME|FILE");
  command
      ->add_option("--world", o->world,
                   "A generated world, whose models NAME may be: vendor, what its specification "
                   "weighs roles and types with, or truth")
      ->type_name("WORLD.h5");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "To start your own: rolecall models ajo-seed > my-model.toml\n"
      "The truth of a generated world: rolecall models truth --world world.h5");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
