#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/program/interrupt.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/simulation_text.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/simulation_study.hpp"
#include "experiments/study_spec.hpp"
#include "generators/generate.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string scenario, output, world, of;
  std::optional<std::uint64_t> seed, replicates, days;
  std::vector<std::string> arms, set;
  std::string format = "table";
  bool resume = false, print_spec = false;
};

// A setting as TOML has it: a word needs no quotes in a shell.
std::string as_toml(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos)
    throw InputError({.field = "--set",
                      .value = setting,
                      .what = "this sets nothing",
                      .remedy = "Write --set section.key=value, such as hand_off.threshold=60."});
  std::string value = setting.substr(equals + 1);
  value.erase(0, value.find_first_not_of(' '));
  const bool is_word = !value.empty() && std::isalpha(static_cast<unsigned char>(value[0])) != 0 &&
                       value != "true" && value != "false" && value != "inf" && value != "nan";
  return setting.substr(0, equals) + " = " + (is_word ? '"' + value + '"' : value);
}

// A name that is no scenario may be one of the built-in studies.
sim::Scenario load(const std::string& name) {
  try {
    return sim::load_scenario(name);
  } catch (const InputError&) {
    if (std::filesystem::exists(name)) throw;
    for (const StudySpec& study : builtin_studies())
      if (study.name == name)
        throw InputError({.field = "scenario",
                          .value = name,
                          .what = "this is a built-in study, not a scenario",
                          .remedy = fmt::format("Run it: `rolecall run {}`.", name)});
    throw;
  }
}

sim::Scenario resolve(const Options& o) {
  std::vector<std::string> set;
  for (const std::string& setting : o.set) set.push_back(as_toml(setting));
  const auto also = [&](const char* key, const std::optional<std::uint64_t>& value) {
    if (value) set.push_back(fmt::format("run.{} = {}", key, *value));
  };
  also("seed", o.seed);
  also("replicates", o.replicates);
  also("days", o.days);
  return with_arms(sim::with(load(o.scenario), set), o.arms);
}

// The arm whose world is wanted.
std::string arm_of_world(const Options& o, const sim::Scenario& scenario) {
  const auto arms = sim::arms_of(scenario);
  if (o.of.empty()) return arms.front().first;
  std::vector<std::string> names;
  for (const auto& [name, arm] : arms)
    if (name == o.of)
      return name;
    else
      names.push_back(name);
  throw InputError({.field = "--of",
                    .value = o.of,
                    .what = "the scenario has no such arm",
                    .remedy = suggest(o.of, names)});
}

Plan plan_of(const sim::Scenario& scenario, const Options& o) {
  const WorldPlan world = plan_world(scenario.world, parallel::threads());
  const std::size_t arms = sim::arms_of(scenario).size();
  const std::uint64_t days = scenario.run.burn_in + scenario.run.days;
  const std::uint64_t runs = arms * scenario.run.replicates;
  const double all = static_cast<double>(runs * days) * static_cast<double>(world.people);
  return {.items = {{"scenario", scenario.name},
                    {"accounts", grouped(world.accounts)},
                    {"people", grouped(world.people)},
                    {"runs", fmt::format("{}: {} arms, {} replicates of each", grouped(runs), arms,
                                         grouped(scenario.run.replicates))},
                    {"days", fmt::format("{}, {} of them burn-in", grouped(days),
                                         grouped(scenario.run.burn_in))},
                    {"work", grouped(static_cast<std::uint64_t>(all)) + " person-days"}},
          .cost = cost_of_simulating(world, static_cast<double>(days), static_cast<double>(runs)),
          .output = o.output};
}

void print_study(const StudyRecord& study, const Options& o) {
  print(o.format == "json" ? simulation_json(study) : simulation_text(study, terminal_width()));
}

std::string parameters_of(const sim::Scenario& scenario, const Options& o) {
  return nlohmann::ordered_json{{"scenario", o.scenario},
                                {"specification", to_toml(scenario, Comments::none)}}
      .dump();
}

// A world that is there already may be the one that an earlier run had written.
void put_world(const World& world, const sim::Scenario& scenario, const Options& o,
               const Session& session) {
  const bool is_there = std::filesystem::exists(o.world);
  if (!is_there || !o.resume || content_digest(world) != content_digest(o.world))
    write_world(world, o.world, session.provenance(parameters_of(scenario, o)),
                session.overwrite());
  session.say(fmt::format("{}: {} people, {} groups, {} activities", o.world,
                          grouped(world.people.size()), grouped(world.groups.size()),
                          grouped(world.activities.size())));
}

void put_world_of(const std::string& arm, const sim::Scenario& scenario, const Options& o,
                  const Session& session) {
  const auto progress = session.progress();
  put_world(simulated_world(scenario, arm, *progress), scenario, o, session);
}

// The output is there already: of this simulation there is nothing left to do.
int show_finished(const sim::Scenario& scenario, const std::string& world_of, const Options& o,
                  const Session& session) {
  const StudyRecord study = read_study(o.output);
  if (study.recipe != recipe_of(scenario))
    throw InputError({.file = o.output,
                      .what = "the file exists already, and is of another study",
                      .remedy = "Choose another name, or pass --force without --resume."});
  discard_progress(o.output, study.recipe);
  print_study(study, o);
  session.say(o.output + ": the study had been finished, nothing was left to do");
  if (!o.world.empty() && !std::filesystem::exists(o.world))
    put_world_of(world_of, scenario, o, session);
  return 0;
}

int run(const Options& o, const Session& session) {
  const sim::Scenario scenario = resolve(o);
  if (o.print_spec) {
    print(to_toml(scenario, Comments::meanings));
    return 0;
  }
  if (session.plan) return show(plan_of(scenario, o));
  const std::string world_of = arm_of_world(o, scenario);
  if (o.output.empty())
    throw InputError({.field = "--output",
                      .what = "there is no name for the results",
                      .remedy = "Add -o run.h5; or --plan, or --print-spec."});
  const auto place = [](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path));
  };
  if (!o.world.empty() && place(o.world) == place(o.output))
    throw InputError({.field = "--world",
                      .value = o.world,
                      .what = "the results go into this file",
                      .remedy = "Choose another name for one of the two."});
  const bool may_be_finished = o.resume && std::filesystem::is_regular_file(o.output);
  for (const std::string& input : {o.scenario, scenario.playbook.path}) {
    require_writable(o.output, input, may_be_finished ? Overwrite::yes : session.overwrite());
    if (!o.world.empty())
      require_writable(o.world, input, o.resume ? Overwrite::yes : session.overwrite());
  }
  if (may_be_finished) return show_finished(scenario, world_of, o, session);
  RunJournal journal(o.output, recipe_of(scenario), o.resume ? Resume::yes : Resume::no,
                     session.overwrite(),
                     [&] { return session.provenance(parameters_of(scenario, o)); });
  if (journal.was_finished()) return show_finished(scenario, world_of, o, session);
  on_interrupt_resume(shell_command(session.arguments));
  hear_interrupts();
  const auto progress = session.progress();
  const SimulationRun done =
      run_simulation(scenario, journal, *progress,
                     {.is_stopped = is_interrupted, .world_of = o.world.empty() ? "" : world_of});
  if (done.was_stopped) return end_interrupted();
  if (done.world)
    put_world(*done.world, scenario, o, session);
  else if (!o.world.empty())
    put_world_of(world_of, scenario, o, session);
  journal.finish(done.record);
  print_study(done.record, o);
  if (o.resume && o.format == "table")
    print(fmt::format("\nresumed: reused {} days of {}\n", grouped(done.reused_days),
                      grouped(done.days)));
  session.say(fmt::format("{}: {:.1f} s, {} person-days/s. Next: rolecall report {} -o report.html",
                          o.output, session.seconds(),
                          grouped(static_cast<std::uint64_t>(done.person_days / done.seconds)),
                          o.output));
  return 0;
}

}  // namespace

void add_simulate(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("simulate", "Let a world live under several policies, and compare them");
  command
      ->add_option("scenario", o->scenario,
                   "A built-in scenario (see `rolecall scenarios`) or a file.toml")
      ->required()
      ->type_name("NAME|SCENARIO.toml");
  command->add_option("-o,--output", o->output, "The results file to write")->type_name("RUN.h5");
  const auto number = [&](const char* name, auto& value, const char* meaning, std::uint64_t least,
                          std::uint64_t most) {
    command->add_option(name, value, meaning)->check(CLI::Range(least, most))->type_name("N");
  };
  number("--seed", o->seed, "Of the first replicate; the next has the next", 0, largest_seed);
  number("--replicates", o->replicates, "Seeds that every arm is run with", 1, 100'000);
  number("--days", o->days, "Days after the burn-in", 1, 36'500);
  const auto list = [&](const char* name, auto& values, const char* type, const char* meaning) {
    command->add_option(name, values, meaning)->type_name(type)->expected(1)->take_all();
  };
  list("--arm", o->arms, "NAME", "Run this arm; may be repeated. Else all, and the oracle");
  list("--set", o->set, "SECTION.KEY=VALUE", "Set a key of the scenario; may be repeated");
  command
      ->add_option("--world", o->world,
                   "Also write the world that the first replicate of an arm leaves")
      ->type_name("WORLD.h5");
  command->add_option("--of", o->of, "The arm of --world, else the first")->type_name("NAME");
  command->add_flag("--resume", o->resume,
                    "Go on with a simulation that was stopped: days that stand in OUT.partial are "
                    "not run again, and the results are the same to the bit");
  add_plan_option(*command, session);
  command->add_flag("--print-spec", o->print_spec,
                    "Print the whole scenario with units, ranges and sources, and stop");
  command->add_option("--format", o->format, "Of what is printed: table (for people) or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall simulate small -o run.h5\n"
      "What a threshold does: rolecall simulate small --set hand_off.threshold=120 -o strict.h5\n"
      "To start your own: rolecall scenarios small > mine.toml");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
