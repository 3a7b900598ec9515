#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/program/command_groups.hpp"
#include "experiments/program/group_job.hpp"
#include "scoring/groups/creation_job.hpp"

namespace rolecall::program {
namespace {

struct Options {
  GroupJob job;
  std::vector<std::string> interests;
};

Columns table_of(const std::vector<CreationCounts>& lines) {
  TextColumn interests, audiences, roles;
  std::vector<std::int64_t> accounts, there, created, candidates, members, without;
  for (const CreationCounts& line : lines) {
    interests.push_back(line.interest);
    audiences.push_back(line.audience);
    const auto add = [](auto& column, std::size_t n) {
      column.push_back(static_cast<std::int64_t>(n));
    };
    add(accounts, line.accounts);
    add(there, line.there);
    add(created, line.created);
    add(candidates, line.candidates);
    add(members, line.members);
    add(without, line.without_role);
    std::vector<std::string> counts;
    for (const auto& [role, n] : line.by_role) counts.push_back(fmt::format("{} {}", role, n));
    roles.push_back(fmt::format("{}", fmt::join(counts, "; ")));
  }
  return {{"interest", std::move(interests), "", ""}, {"audience", std::move(audiences), "", ""},
          {"accounts", std::move(accounts), "", ""},  {"already_there", std::move(there), "", ""},
          {"created", std::move(created), "", ""},    {"candidates", std::move(candidates), "", ""},
          {"members", std::move(members), "", ""},    {"without_role", std::move(without), "", ""},
          {"by_role", std::move(roles), "", ""}};
}

// Conditions give roles to all groups of a world or to none: they are left alone where there are
// memberships.
void warn_of_lost_conditions(const Creation& creation, const Session& session) {
  std::size_t created = 0, members = 0;
  for (const CreationCounts& line : creation.counts) {
    created += line.created;
    members += line.members;
  }
  const World& world = creation.world;
  if (members > 0 && world.members.size() == members && world.groups.size() > created)
    session.warn(fmt::format(
        "the world had no memberships; now that it has some, its {} other groups get no roles from "
        "a model's conditions when they are scored. `rolecall groups maintain` gives them theirs, "
        "where they are of an interest.",
        grouped(world.groups.size() - created)));
}

int run(const Options& o, const Session& session) {
  const Day as_of = read_day(o.job.as_of);
  check_group_job(o.job, session);
  if (session.plan) return show_plan_of_job(o.job.world, o.job.output);
  const Playbook playbook = load_playbook_for(o.job, o.interests, session);
  const Creation creation = create_groups(load_world(o.job.world, session), playbook,
                                          chosen_interests(playbook, o.interests), as_of);
  for (const std::string& warning : creation.warnings) session.warn(warning);
  warn_of_lost_conditions(creation, session);
  write_group_job(o.job, creation.world, o.interests, session);
  print(table_of(creation.counts), o.job.format);
  if (!o.job.dry_run)
    session.say(fmt::format("{}: {} groups, {} memberships", o.job.output,
                            grouped(creation.world.groups.size()),
                            grouped(creation.world.members.size())));
  return 0;
}

}  // namespace

void add_groups_create(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "create", "The creation job: a group for every account of an audience that has none");
  add_group_job_options(*command, o->job, session, "The day on which groups are made",
                        "Count what would be made, and write nothing");
  command->add_option("--interest", o->interests, "Only for this solution; may be repeated")
      ->type_name("NAME");
  command->footer(
      "Example: rolecall groups create examples/small --playbook examples/playbooks/small.toml "
      "--as-of 2026-03-31 --dry-run");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
