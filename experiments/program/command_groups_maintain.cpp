#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/maintenance_job.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, playbook, as_of, output;
  std::string format = "table";
  bool dry_run = false;
};

Columns table_of(const MaintenanceCounts& c) {
  const auto column = [](const char* name, std::size_t n) {
    return TableColumn{name, std::vector{static_cast<std::int64_t>(n)}, "", ""};
  };
  return {column("groups", c.groups),
          column("other_groups", c.others),
          column("joined", c.joined),
          column("left", c.left),
          column("changed", c.changed),
          column("kept", c.kept),
          column("blocked_by_journey", c.blocked_by_journey),
          column("blocked_by_manual", c.blocked_by_manual)};
}

int run(const Options& o, const Session& session) {
  const Day as_of = read_day(o.as_of);
  require_output_or_dry_run(o.output, o.dry_run);
  if (session.plan) return show_plan_of_job(o.world, o.output);
  if (!o.dry_run) require_writable(o.output, o.world, session.overwrite());
  const Playbook playbook = load_playbook(o.playbook);
  ProblemList drafts;
  for (Problem& problem : drafts_in_use(playbook, chosen_interests(playbook, {})))
    drafts.add(std::move(problem));
  if (!o.dry_run) drafts.throw_if_any();
  for (const Problem& problem : drafts.kept()) session.warn(to_string(problem));
  const Maintenance maintenance = maintain_groups(load_world(o.world, session), playbook, as_of);
  for (const std::string& warning : maintenance.warnings) session.warn(warning);
  if (!o.dry_run) {
    const nlohmann::ordered_json parameters{
        {"world", o.world}, {"playbook", read_text(o.playbook)}, {"as_of", o.as_of}};
    write_world(maintenance.world, o.output, session.provenance(parameters.dump()),
                session.overwrite());
  }
  print(table_of(maintenance.counts), o.format);
  if (maintenance.counts.others > 0)
    session.say(fmt::format("{} groups are of no interest of the playbook, and stay as they are",
                            grouped(maintenance.counts.others)));
  return 0;
}

}  // namespace

void add_groups_maintain(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "maintain", "The maintenance job: who joins, leaves or changes roles as of a day");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command->add_option("--playbook", o->playbook, "Says what is sold to whom, see docs/groups.md")
      ->required()
      ->type_name("P.toml");
  command->add_option("--as-of", o->as_of, "The day from which changes hold")
      ->required()
      ->type_name("DAY");
  command->add_flag("--dry-run", o->dry_run, "Count what would change, and write nothing");
  command->add_option("-o,--output", o->output, "The world to write")->type_name("W2.h5");
  add_format_option(*command, o->format);
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Memberships of journeys and of people stay: manual ranks above journey, journey above job.");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
