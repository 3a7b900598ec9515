#include "experiments/program/command_groups.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "experiments/program/plan.hpp"
#include "scoring/as_of.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {

Day read_day(const std::string& text) {
  const AsOf as_of = parse_as_of(text);
  if (as_of.anchor != AsOf::Anchor::date)
    throw InputError({.field = "--as-of",
                      .value = text,
                      .what = "this takes one day for all groups",
                      .remedy = "Write a date such as 2026-03-02."});
  return as_of.date;
}

Day last_day_of(const World& world) {
  const auto last = std::ranges::max_element(world.activities.times);
  if (last == world.activities.times.end())
    throw InputError({.field = "--as-of",
                      .what = "the world has no activities, so that no day is its last",
                      .remedy = "Give a date such as 2026-03-02."});
  return last->utc_day();
}

void require_output_or_dry_run(const std::string& output, bool dry_run) {
  if (output.empty() != dry_run)
    throw InputError({.field = "--output",
                      .value = output,
                      .what = dry_run ? "a dry run writes nothing" : "there is no world to write",
                      .remedy = dry_run ? "Leave out one of the two."
                                        : "Give -o W2.h5, or --dry-run to only count."});
}

void add_templates_options(CLI::App& command, std::string& playbook, std::string& model) {
  CLI::Option* of_playbook =
      command.add_option("--playbook", playbook, "Take the templates of its interests")
          ->type_name("P.toml");
  command
      .add_option("-m,--model", model,
                  "Take the templates of a model: built-in (see `rolecall models`), or a file.toml")
      ->type_name("NAME|FILE")
      ->excludes(of_playbook);
}

Model model_for_groups(const std::string& playbook, const std::string& model) {
  if (!playbook.empty()) return model_of(load_playbook(playbook));
  if (!model.empty()) return load_model(model);
  throw InputError({.field = "--playbook",
                    .what = "there is nothing that says which roles a group has",
                    .remedy = "Give --playbook P.toml, or --model NAME|FILE."});
}

int show_plan_of_job(const std::string& world, const std::string& output) {
  const GivenWorld given = look_at_world(world);
  Plan plan{.file_bytes = imported_file_bytes(given.size), .output = output};
  plan.add(given);
  plan.cost = cost_of_reading(given).then(cost_of_writing(given.size));
  return show(plan);
}

void add_groups(CLI::App& app, Session& session) {
  CLI::App* groups =
      app.add_subcommand("groups", "Make buying groups and their members, and browse them");
  groups->require_subcommand(1);
  add_groups_list(*groups, session);
  add_groups_show(*groups, session);
  add_groups_create(*groups, session);
  add_groups_maintain(*groups, session);
  add_groups_import(*groups, session);
  add_groups_roles(*groups, session);
  add_groups_infer(*groups, session);
  add_groups_check(*groups, session);
  add_groups_edit(*groups, session);
}

}  // namespace rolecall::program
