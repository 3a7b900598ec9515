#include <fmt/format.h>

#include "experiments/program/command_groups.hpp"
#include "experiments/program/group_job.hpp"
#include "scoring/groups/maintenance_job.hpp"

namespace rolecall::program {
namespace {

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

int run(const GroupJob& job, const Session& session) {
  const Day as_of = read_day(job.as_of);
  check_group_job(job, session);
  if (session.plan) return show_plan_of_job(job.world, job.output);
  const Playbook playbook = load_playbook_for(job, {}, session);
  const Maintenance maintenance = maintain_groups(load_world(job.world, session), playbook, as_of);
  for (const std::string& warning : maintenance.warnings) session.warn(warning);
  write_group_job(job, maintenance.world, {}, session);
  print(table_of(maintenance.counts), job.format);
  if (maintenance.counts.others > 0)
    session.say(fmt::format("{} groups are of no interest of the playbook, and stay as they are",
                            grouped(maintenance.counts.others)));
  return 0;
}

}  // namespace

void add_groups_maintain(CLI::App& groups, Session& session) {
  auto job = std::make_shared<GroupJob>();
  CLI::App* command = groups.add_subcommand(
      "maintain", "The maintenance job: who joins, leaves or changes roles as of a day");
  add_group_job_options(*command, *job, session, "The day from which changes hold",
                        "Count what would change, and write nothing");
  command->footer(
      "Memberships of journeys and of people stay: manual ranks above journey, journey above job.");
  command->callback(
      [job, &session] { session.run = [job, &session] { return run(*job, session); }; });
}

}  // namespace rolecall::program
