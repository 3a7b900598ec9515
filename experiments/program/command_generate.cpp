#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/generate.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string spec, preset = "small", output;
  std::optional<std::uint64_t> accounts, people, activities, days, seed;
  bool print_spec = false;
};

WorldSpec resolve(const Options& o) {
  WorldSpec spec = preset(o.preset);
  if (!o.spec.empty()) spec = parse_world_spec(read_text(o.spec), o.spec, spec);
  if (o.accounts) spec.size.accounts = *o.accounts;
  if (o.people) spec.size.people = *o.people;
  if (o.activities) spec.size.activities = *o.activities;
  if (o.days) spec.size.days = *o.days;
  if (o.seed) spec.seed = *o.seed;
  check(spec, o.spec);
  return spec;
}

Plan plan_of(const WorldSpec& spec, const Options& o) {
  const WorldPlan p = plan_world(spec, parallel::threads());
  return {.items = {{"accounts", grouped(p.accounts)},
                    {"people", grouped(p.people)},
                    {"groups", "about " + grouped(p.groups)},
                    {"activities", "about " + grouped(static_cast<std::uint64_t>(p.activities))}},
          .cost = cost_of_making(p),
          .file_bytes = p.file_bytes,
          .output = o.output};
}

// Some worlds cannot have the log that was asked for: too few of their people act, or on no day.
void warn_of_length(const WorldSpec& spec, const World& world, const Session& session) {
  const auto asked = static_cast<double>(spec.size.activities);
  const auto made = static_cast<double>(world.activities.size());
  const double chance = 6 * std::sqrt(asked) / (1 - spec.activity.branching);
  if (std::abs(made - asked) > asked / 10 + chance)
    session.warn(
        fmt::format("the log has {:.0f} rows, not about {:.0f}: too few people act, or hardly a "
                    "day has a rate.",
                    made, asked));
}

int run(const Options& o, const Session& session) {
  const WorldSpec spec = resolve(o);
  if (o.print_spec) {
    print(to_toml(spec, Comments::meanings));
    return 0;
  }
  if (session.plan) return show(plan_of(spec, o));
  if (o.output.empty())
    throw InputError({.field = "--output",
                      .what = "there is no name for the world file",
                      .remedy = "Add -o world.h5; or --plan, or --print-spec."});
  require_writable(o.output, o.spec, session.overwrite());
  const auto progress = session.progress();
  const World world = generate_world(spec, progress.get());
  const nlohmann::ordered_json parameters{{"spec", o.spec},
                                          {"preset", o.preset},
                                          {"seed", spec.seed},
                                          {"specification", world.truth->specification}};
  write_world(world, o.output, session.provenance(parameters.dump()), session.overwrite());
  warn_of_length(spec, world, session);
  std::size_t won = 0, decided = 0;
  for (const Outcome outcome : world.outcomes.outcome) {
    won += outcome == Outcome::won;
    decided += outcome == Outcome::won || outcome == Outcome::lost;
  }
  session.say(
      fmt::format("{}: {} accounts, {} people, {} groups ({} of {} decided were won), {} "
                  "activities; AUC of the "
                  "true score {:.4f}; {:.1f} s",
                  o.output, grouped(world.accounts.size()), grouped(world.people.size()),
                  grouped(world.groups.size()), grouped(won), grouped(decided),
                  grouped(world.activities.size()), world.truth->ceiling_auc, session.seconds()));
  return 0;
}

}  // namespace

void add_generate(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("generate", "Make a world whose truth is known, at any size from a seed");
  command
      ->add_option("spec", o->spec,
                   "What the world is like; what it leaves out is as --print-spec shows")
      ->type_name("SPEC.toml");
  command
      ->add_option("--preset", o->preset,
                   "small (1,000 accounts, 1 M activities), medium (10 M) or large (100 M)")
      ->type_name("NAME")
      ->capture_default_str();
  const auto size = [&](const char* name, auto& value, const char* meaning) {
    command->add_option(name, value, meaning)
        ->type_name("N")
        ->check(CLI::Validator(
            [](const std::string& text) {
              return text.starts_with('-') ? "write a whole number from 0 on" : std::string{};
            },
            ""));
  };
  size("--accounts", o->accounts, "Companies and their parts");
  size("--people", o->people, "Contacts");
  size("--activities", o->activities, "Expected rows of the log");
  size("--days", o->days, "Length of the log, which ends on 2026-03-31 unless SPEC says otherwise");
  size("--seed", o->seed, "Another seed is another world of the same kind");
  command->add_option("-o,--output", o->output, "The world file to write")->type_name("WORLD.h5");
  add_plan_option(*command, session);
  command->add_flag("--print-spec", o->print_spec,
                    "Print the whole specification with units, ranges, formulas and sources, and "
                    "stop");
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall generate --preset medium --seed 7 -o world.h5\n"
      "To start your own: rolecall generate --print-spec > mine.toml");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
