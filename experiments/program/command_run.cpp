#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/role_candidates.hpp"
#include "experiments/role_weights.hpp"
#include "generators/generate.hpp"
#include "results/study_file.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {
namespace {

struct RunOptions {
  std::string study, world, output;
  std::optional<std::uint64_t> seed, candidates;
};

struct StudiesOptions {
  std::string name;
  std::string format = "table";
};

StudySpec resolve(const RunOptions& o) {
  StudySpec spec = load_study(o.study);
  if (!o.world.empty()) spec.world.file = o.world;
  if (o.seed) spec.world.seed = spec.search.seed = spec.bootstrap.seed = *o.seed;
  if (o.candidates) {
    if (spec.search.method == "grid")
      throw InputError({.field = "--candidates",
                        .value = fmt::format("{}", *o.candidates),
                        .what = "this study searches a grid, whose size is steps to the power of "
                                "the number of roles",
                        .remedy = "Change its steps, or its method to refine."});
    spec.search.candidates = *o.candidates;
  }
  return spec;
}

WorldSpec world_spec(const StudySpec& spec) {
  WorldSpec world = preset(spec.world.preset);
  if (!spec.world.spec.empty())
    world = parse_world_spec(read_text(spec.world.spec), spec.world.spec, world);
  if (spec.world.seed != 0) world.seed = spec.world.seed;
  return world;
}

Plan plan_of(const StudySpec& spec, const RunOptions& o) {
  Plan plan{.items = {{"study", spec.name}}, .output = o.output};
  WorldSize size;
  const WorldSpec own = spec.world.file.empty() ? world_spec(spec) : WorldSpec{};
  std::size_t roles = own.roles.size();
  if (spec.world.file.empty()) {
    const WorldPlan made = plan_world(own, parallel::threads());
    size = {.groups = static_cast<double>(made.groups), .activities = made.activities};
    plan.items.emplace_back(
        "world",
        fmt::format("{}, seed {}: about {} activities, {} groups", own.name, own.seed,
                    grouped(static_cast<std::uint64_t>(made.activities)), grouped(made.groups)));
    plan.cost = cost_of_making(made);
  } else {
    const GivenWorld world = look_at_world(spec.world.file);
    plan.add(world);
    size = world.size;
    plan.cost = cost_of_reading(world);
    if (spec.model.base != "vendor")
      roles = load_model(spec.model.base).templates.front().roles.size();
  }
  plan.items.emplace_back(
      "candidates", fmt::format("{} x {} replicates", grouped(count_candidates(spec.search, roles)),
                                grouped(spec.bootstrap.replicates)));
  plan.cost = plan.cost.then(cost_of_scoring(size)).then(cost_of_search(size, spec, roles));
  return plan;
}

Columns role_table(const StudyRecord& study) {
  const auto percent = [](std::vector<double> shares) {
    for (double& share : shares) share *= 100;
    return shares;
  };
  Columns columns{{"role", study.roles.name},
                  {"default_%", percent(study.roles.base)},
                  {"found_%", percent(study.roles.found.value)},
                  {"low", percent(study.roles.found.low)},
                  {"high", percent(study.roles.found.high)}};
  if (!study.roles.truth.empty()) columns.push_back({"truth_%", percent(study.roles.truth)});
  return columns;
}

// Four digits where a table for people has two.
TextColumn fine(const std::vector<double>& values, const char* format) {
  TextColumn column;
  for (const double v : values) column.push_back(fmt::format(fmt::runtime(format), v));
  return column;
}

Columns model_table(const StudyRecord& study) {
  const auto& m = study.models;
  return {{"model", m.name},
          {"auc", fine(m.auc.value, "{:.4f}")},
          {"low", fine(m.auc.low, "{:.4f}")},
          {"high", fine(m.auc.high, "{:.4f}")},
          {"gain", fine(m.gain.value, "{:+.4f}")},
          {"gain_low", fine(m.gain.low, "{:+.4f}")},
          {"gain_high", fine(m.gain.high, "{:+.4f}")}};
}

std::string summary_text(const StudySpec& spec, const StudyRecord& study) {
  const auto& s = study.summary;
  std::string text = fmt::format(
      "{}: {} groups with outcomes, {} won; searched on {}, compared on {} others; {:g} % "
      "intervals\n\n",
      spec.name, grouped(static_cast<std::uint64_t>(s.groups)),
      grouped(static_cast<std::uint64_t>(s.won)),
      grouped(static_cast<std::uint64_t>(s.train_groups)),
      grouped(static_cast<std::uint64_t>(s.test_groups)), 100 * s.confidence);
  text += fmt::format(
              "Share of each role in the score, and the range of the best over {:g} % of the "
              "replicates\n",
              100 * s.confidence) +
          to_text(role_table(study), terminal_width());
  text += "\nAUC on groups that the search never saw, and gain over the first\n" +
          to_text(model_table(study), terminal_width());
  const auto interval = [](const IntervalValue& v) {
    return fmt::format("{:+.4f} ({:+.4f} … {:+.4f})", v.value, v.low, v.high);
  };
  text += fmt::format("\nFound over default role weights, with what the search held fixed: {}\n",
                      interval(s.found_gain));
  if (std::isnan(s.truth_margin.value)) return text;
  std::size_t searched = 0;
  for (std::size_t i = 0; i < study.trials.size(); ++i)
    searched += study.trials.origin[i] == "search";
  const char* verdict = s.truth_margin.low > 0    ? "the true weights are better"
                        : s.truth_margin.high < 0 ? "the found weights are better"
                                                  : "the two cannot be told apart";
  return text +
         fmt::format("True over found role weights, likewise: {}: {}\n", interval(s.truth_margin),
                     verdict) +
         fmt::format(
             "{} of {} candidates do better there than the true weights; on all groups the "
             "true score has an AUC of {:.4f}\n",
             s.better_than_truth, searched, s.ceiling_auc);
}

int run(const RunOptions& o, const Session& session) {
  const StudySpec spec = resolve(o);
  if (session.plan) return show(plan_of(spec, o));
  if (o.output.empty())
    throw InputError({.field = "--output",
                      .what = "there is no name for the results",
                      .remedy = "Add -o results.h5, or --plan."});
  for (const std::string& input : {o.study, spec.world.file, spec.world.spec, spec.model.base})
    require_writable(o.output, input, session.overwrite());
  if (spec.model.base != "vendor") load_model(spec.model.base);  // before the world is made
  const auto progress = session.progress();
  const World world = spec.world.file.empty() ? generate_world(world_spec(spec), progress.get())
                                              : load_world(spec.world.file, session);
  const RoleWeightsResult result = run_role_weights(spec, world, progress.get());
  for (const std::string& warning : result.warnings) session.warn(warning);
  const nlohmann::ordered_json parameters{{"study", o.study},
                                          {"specification", result.record.recipe.specification}};
  write_study(result.record, o.output, session.provenance(parameters.dump()), session.overwrite());
  print(summary_text(spec, result.record));
  session.say(fmt::format("{}: {} trials; {:.1f} s. Next: rolecall report {} -o report.html",
                          o.output, grouped(result.record.trials.size()), session.seconds(),
                          o.output));
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
  const Columns columns{{"study", std::move(names)}, {"question", std::move(questions)}};
  print(o.format == "csv"    ? to_csv(columns)
        : o.format == "json" ? to_json(columns)
                             : to_text(columns, terminal_width()));
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
      ->check(CLI::Range(std::uint64_t{1}, largest_seed))
      ->type_name("N");
  command
      ->add_option("--candidates", o->candidates,
                   "Candidates to try, of the methods refine and random")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
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
  command->add_option("--format", o->format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  add_common_options(*command, session);
  command->footer("To start your own: rolecall studies role-weights > mine.toml");
  command->callback([o, &session] { session.run = [o] { return list(*o); }; });
}

}  // namespace rolecall::program
