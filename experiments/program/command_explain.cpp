#include <filesystem>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "experiments/program/explanation_table.hpp"
#include "experiments/program/explanation_text.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "scoring/explanation_change.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, group, model, as_of, since, output, format = "table";
};

Plan plan_of(const Options& o) {
  const GivenWorld world = look_at_world(o.world);
  Plan plan{.output = o.output};
  plan.add(world);
  plan.cost = cost_of_reading(world).then(cost_of_scoring(world.size));
  return plan;
}

// What is asked for, in the form asked for; `made` is an Explanation or a Change.
template <class Made>
void give(const Made& made, const World& world, const Model& model, const Options& o,
          const Session& session) {
  const auto csv = [&] {
    if constexpr (std::is_same_v<Made, Change>)
      return to_csv(to_columns(made, world));
    else
      return to_csv(to_columns(made, world, model));
  };
  const std::string extension = std::filesystem::path(o.output).extension();
  if (!o.output.empty()) {
    write_text(o.output, extension == ".csv" ? csv() : to_json(made, world, model),
               session.overwrite());
    session.say("the explanation of " + o.group + " written to " + o.output);
  } else if (o.format == "table") {
    print(to_text(made, world, model));
  } else {
    print(o.format == "csv" ? csv() : to_json(made, world, model));
  }
}

int run(const Options& o, const Session& session) {
  require_extension(o.output, {".csv", ".json"});
  const AsOf as_of = parse_as_of(o.as_of);
  const AsOf since = o.since.empty() ? as_of : parse_as_of(o.since, "--since");
  if (session.plan) return show(plan_of(o));
  if (!o.output.empty()) require_writable(o.output, o.world, session.overwrite());
  auto [world, model] = load_world_and_model(o.world, o.model, session);
  assign_missing_roles(world, model, as_of, session);
  const GroupId group = find_group(world, o.group);
  const BoundModel bound = bind(model, world);
  const ActivityIndex index = index_activities(world.activities, bound.boundary);
  if (o.since.empty()) {
    const Explanation e = explain(world, index, bound, as_of, group);
    for (const std::string& warning : e.warnings) session.warn(warning);
    give(e, world, model, o, session);
  } else {
    const Change change = explain_change(world, index, bound, since, as_of, group);
    for (const std::string& warning : change.after.warnings) session.warn(warning);
    give(change, world, model, o, session);
  }
  return 0;
}

}  // namespace

void add_explain(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "explain", "Say why a group scores what it does, or why its score changed");
  add_world_and_model_options(*command, o->world, o->model);
  command->add_option("group", o->group, "The id of a buying group")
      ->required()
      ->type_name("GROUP_ID");
  command
      ->add_option("--as-of", o->as_of,
                   "The day to score as of, as for `rolecall score`: 2026-03-02, outcome-7d, "
                   "created+30d")
      ->required()
      ->type_name("DAY");
  command
      ->add_option("--since", o->since,
                   "An earlier day, written likewise: say what changed between the two, and why")
      ->type_name("DAY");
  command
      ->add_option("--format", o->format,
                   "table (for people), csv (an exact ledger, a row for each activity and day) or "
                   "json (both)")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("-o,--output", o->output, "Write to FILE.csv or FILE.json instead")
      ->type_name("FILE");
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall explain examples/worked-example crop-planner-for-acme\n"
      "         --model examples/worked-example/model.toml --as-of 2026-03-02");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
