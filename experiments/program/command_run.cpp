#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/model_part.hpp"
#include "experiments/program/external_tuner.hpp"
#include "experiments/program/interrupt.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/study_task.hpp"
#include "experiments/tuner.hpp"
#include "generators/generate.hpp"
#include "results/study_file.hpp"
#include "results/study_journal.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {
namespace {

struct RunOptions {
  std::string study, world, output;
  std::optional<std::uint64_t> seed, candidates, seeds;
  bool resume = false;
};

struct StudiesOptions {
  std::string name;
  std::string format = "table";
};

bool is_external(const StudySpec& spec) { return spec.search.method == "external"; }

bool takes_budget(const StudySpec::Search& search) {
  return search.method != "grid" && search.method != "logistic";
}

StudySpec resolve(const RunOptions& o) {
  StudySpec spec = load_study(o.study);
  if (!o.world.empty()) {
    if (kind_named(spec.kind).makes_worlds)
      throw InputError(
          {.field = "--world",
           .value = o.world,
           .what = fmt::format("a {} study makes its worlds, of known truth", spec.kind),
           .remedy = "Leave it out, or run another study."});
    spec.world.file = o.world;
    spec.world.spec.clear();
    spec.world.set.clear();
  }
  if (o.seed) spec.world.seed = spec.search.seed = spec.bootstrap.seed = *o.seed;
  if (o.candidates) {
    if (!takes_budget(spec.search))
      throw InputError({.field = "--candidates",
                        .value = fmt::format("{}", *o.candidates),
                        .what = fmt::format("this study searches by {}, and tries as many as its "
                                            "space has",
                                            spec.search.method),
                        .remedy = "Change its steps and values, or its method."});
    spec.search.candidates = *o.candidates;
  }
  if (o.seeds) spec.worlds.seeds = *o.seeds;
  const StudyKind& kind = kind_named(spec.kind);
  if (is_external(spec) && kind.searches && spec.kind != "tune")
    throw InputError({.file = o.study,
                      .field = "search.method",
                      .value = spec.search.method,
                      .what = fmt::format("a {} study searches many times, and a tuner outside "
                                          "sees one search",
                                          spec.kind),
                      .remedy = "Take a study of kind tune, or another method."});
  return spec;
}

// For people; standard output may be a tuner's.
void print_text(const StudySpec& spec, const std::string& text) {
  if (is_external(spec))
    fmt::print(stderr, "{}", text);
  else
    print(text);
}

void print_run(const StudyRun& run, const StudySpec& spec) {
  std::string text = run.text;
  for (const auto& [title, columns] : run.shown)
    text += fmt::format("\n{}\n{}", title, to_text(columns, terminal_width()));
  print_text(spec, text);
}

// Where the world that the study reads stands, for those who want to do it again.
std::string parameters_of(const RunOptions& o, const StudySpec& spec, const StudyTask& task) {
  nlohmann::ordered_json parameters{{"study", o.study},
                                    {"specification", to_toml(task.spec, Comments::none)}};
  if (!spec.world.file.empty()) parameters["world"] = spec.world.file;
  return parameters.dump();
}

// The output is there already: of this study there is nothing left to do.
int show_finished(const RunOptions& o, const StudyTask& task, const Session& session) {
  const StudyRecord study = read_study(o.output);
  if (study.recipe != recipe_of(task))
    throw InputError({.file = o.output,
                      .what = "the file exists already, and is of another study",
                      .remedy = "Choose another name, or pass --force without --resume."});
  discard_progress(o.output, study.recipe);
  const AttributeValue* finding = study.summary_value("finding");
  if (const auto* text = finding == nullptr ? nullptr : std::get_if<std::string>(finding))
    print_text(task.spec, *text + '\n');
  session.say(o.output + ": the study had been finished, nothing was left to do");
  return 0;
}

std::string about(const WorldSpec& spec, const WorldPlan& made) {
  return fmt::format("{}, seed {}: about {} activities, {} groups", spec.name, spec.seed,
                     grouped(static_cast<std::uint64_t>(made.activities)), grouped(made.groups));
}

// How often a world is scored: once for each combination of what are no weights. Points of a sweep
// share an index, which is most of a score.
std::size_t scorings_of(const StudySpec& spec) {
  std::size_t n = 1;
  for (const SpaceEntry& entry : spec.space)
    if (!ModelPart(entry.path).is_linear() && n < 10'000)
      n *= std::max<std::size_t>(
          1, entry.is_range() ? spec.search.steps : entry.values.size() + entry.words.size());
  return spec.kind == "sweep" ? 1 + n / 8 : n;
}

// Runs side by side, one for each thread.
void plan_simulations(const StudyTask& task, Plan& plan) {
  const double each =
      static_cast<double>(task.spec.worlds.seeds) * simulations_of_a_seed(task.spec);
  for (const sim::Scenario& scenario : task.scenarios) {
    const WorldPlan world = plan_world(scenario.world, parallel::threads());
    Cost runs = cost_of_simulating(
        world, static_cast<double>(scenario.run.days + scenario.run.burn_in), each);
    runs.peak_bytes *= static_cast<double>(parallel::threads());
    runs.held_bytes = 0;
    plan.cost = plan.cost.then(runs);
    plan.items.emplace_back(
        "runs", fmt::format("{} of {}, {} people", grouped(static_cast<std::uint64_t>(each)),
                            scenario.name, grouped(scenario.world.size.people)));
  }
}

// Studies that make their worlds, one after another; what is held for one is free for the next.
void plan_worlds(const StudyTask& task, Plan& plan) {
  const StudySpec& spec = task.spec;
  std::vector<double> sizes = spec.worlds.accounts;
  if (sizes.empty()) sizes.push_back(0);
  const double each = static_cast<double>(spec.worlds.seeds) *
                      std::max(1., static_cast<double>(spec.worlds.values.size()));
  if (spec.kind == "bg-nbd") {
    double customers = 0;
    for (const double size : sizes) customers += size * each;
    plan.items.emplace_back(
        "fits",
        fmt::format("{}",
                    grouped(static_cast<std::uint64_t>(each * static_cast<double>(sizes.size())))));
    plan.cost = cost_of_fitting_purchases(customers);
    return;
  }
  for (const double size : sizes) {
    const WorldSpec world = task.sized_spec(task.world_spec.seed, size);
    const WorldPlan made = plan_world(world, parallel::threads());
    const WorldSize rows{.groups = static_cast<double>(made.groups), .activities = made.activities};
    Cost one = cost_of_making(made);
    for (std::size_t i = 0; i < scorings_of(spec); ++i) one = one.then(cost_of_scoring(rows));
    if (spec.kind == "tuners")
      for (std::size_t i = 0; i < spec.search.methods.size(); ++i)
        one = one.then(cost_of_search(rows, spec));
    one.serial_seconds *= each;
    one.parallel_seconds *= each;
    one.held_bytes = 0;
    plan.cost = plan.cost.then(one);
    plan.items.emplace_back(
        "worlds",
        fmt::format("{} of {}", grouped(static_cast<std::uint64_t>(each)), about(world, made)));
  }
}

Plan plan_of(const StudySpec& spec, const RunOptions& o) {
  Plan plan{.items = {{"study", fmt::format("{} ({})", spec.name, spec.kind)}}, .output = o.output};
  const StudyTask task = prepare(spec);
  if (kind_named(spec.kind).makes_worlds) {
    if (kind_named(spec.kind).simulates)
      plan_simulations(task, plan);
    else
      plan_worlds(task, plan);
    return plan;
  }
  WorldSize size;
  if (spec.world.file.empty()) {
    const WorldPlan made = plan_world(task.world_spec, parallel::threads());
    size = {.groups = static_cast<double>(made.groups), .activities = made.activities};
    plan.items.emplace_back("world", about(task.world_spec, made));
    plan.cost = cost_of_making(made);
  } else {
    const GivenWorld world = look_at_world(spec.world.file);
    plan.add(world);
    size = world.size;
    plan.cost = cost_of_reading(world);
  }
  plan.cost = plan.cost.then(cost_of_scoring(size));
  if (kind_named(spec.kind).searches) {
    plan.items.emplace_back("candidates",
                            fmt::format("{} by {}, {} searches",
                                        takes_budget(spec.search) ? grouped(spec.search.candidates)
                                                                  : "all of the space",
                                        spec.search.method, searches_of(spec)));
    plan.cost = plan.cost.then(cost_of_search(size, spec));
  } else {
    plan.cost = plan.cost.then(cost_of_kind(size, spec));
  }
  return plan;
}

int run(const RunOptions& o, const Session& session) {
  const StudySpec spec = resolve(o);
  if (session.plan) return show(plan_of(spec, o));
  if (o.output.empty())
    throw InputError({.field = "--output",
                      .what = "there is no name for the results",
                      .remedy = "Add -o results.h5, or --plan."});
  StudyTask task = prepare(spec);
  const bool may_be_finished = o.resume && std::filesystem::is_regular_file(o.output);
  for (const std::string& input : {o.study, spec.world.file, spec.world.spec, spec.model.base})
    require_writable(o.output, input, may_be_finished ? Overwrite::yes : session.overwrite());
  if (!spec.world.file.empty() && o.world.empty() && !std::filesystem::exists(spec.world.file))
    throw InputError({.file = spec.world.file,
                      .field = "world.file",
                      .what = "the study's world is not there",
                      .remedy = "Run it where this path leads, or give the world with --world."});
  if (!spec.world.file.empty())
    task.world = load_world(spec.world.file, session, &task.world_digest);
  if (may_be_finished) return show_finished(o, task, session);
  const std::string parameters = parameters_of(o, spec, task);
  StudyJournal journal(o.output, recipe_of(task), o.resume ? Resume::yes : Resume::no,
                       session.overwrite(), [&] { return session.provenance(parameters); });
  if (journal.was_finished()) return show_finished(o, task, session);
  on_interrupt_resume(shell_command(session.arguments));
  if (is_external(spec)) task.external = tuner_on_lines(spec.search, std::cin);
  const auto progress = session.progress();
  StudyRun result = run_study(task, journal, *progress);
  for (const std::string& warning : result.warnings) session.warn(warning);
  const std::size_t reused = journal.reused(), computed = journal.computed();
  journal.finish(result.record);
  print_run(result, spec);
  if (o.resume)
    print_text(spec, fmt::format("\nresumed: reused {} trials, computed {}\n", grouped(reused),
                                 grouped(computed)));
  session.say(fmt::format("{}: {:.1f} s. Next: rolecall report {} -o report.html", o.output,
                          session.seconds(), o.output));
  return 0;
}

int list(const StudiesOptions& o) {
  if (!o.name.empty()) {
    print(to_toml(load_study(o.name), Comments::meanings));
    return 0;
  }
  TextColumn names, questions;
  for (const StudySpec& study : builtin_studies()) {
    names.push_back(study.name);
    questions.push_back(study.question);
  }
  print({{"study", std::move(names)}, {"question", std::move(questions)}}, o.format);
  return 0;
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto o = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Run a study, and record all of it in HDF5");
  command->add_option("study", o->study, "A built-in study (see `rolecall studies`) or a file.toml")
      ->required()
      ->type_name("NAME|STUDY.toml");
  command->add_option("-o,--output", o->output, "The results file to write")
      ->type_name("RESULTS.h5");
  command
      ->add_option("--world", o->world,
                   "A world.h5, or the folder of a CSV bundle, instead of the study's own world")
      ->type_name("WORLD");
  command->add_option("--seed", o->seed, "Of the world, the search and the bootstrap")
      ->check(CLI::Range(std::uint64_t{0}, largest_seed))
      ->type_name("N");
  command
      ->add_option("--candidates", o->candidates,
                   "Candidates to try, of all methods but grid and logistic")
      ->check(CLI::Range(1, 10'000'000))
      ->type_name("N");
  command
      ->add_option("--seeds", o->seeds, "Worlds to make of each size, where a study makes several")
      ->check(CLI::Range(1, 100'000))
      ->type_name("N");
  command->add_flag("--resume", o->resume,
                    "Go on with a study that was stopped: what stands in OUT.partial is not done "
                    "again, and the results are the same to the bit");
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall run role-weights -o results.h5\n"
      "On your own data: rolecall run role-weights --world my-bundle -o results.h5");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

void add_studies(CLI::App& app, Session& session) {
  auto o = std::make_shared<StudiesOptions>();
  CLI::App* command = app.add_subcommand(
      "studies", "List the built-in studies, or print one with every default written out");
  command->add_option("name", o->name, "A built-in study or a file.toml")
      ->type_name("NAME|STUDY.toml");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  command->footer("To start your own: rolecall studies role-weights > mine.toml");
  command->callback([o, &session] { session.run = [o] { return list(*o); }; });
}

}  // namespace rolecall::program
