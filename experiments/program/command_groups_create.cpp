#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/creation_job.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, playbook, as_of, output;
  std::vector<std::string> interests;
  std::string format = "table";
  bool dry_run = false;
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

int run(const Options& o, const Session& session) {
  const Day as_of = read_day(o.as_of);
  require_output_or_dry_run(o.output, o.dry_run);
  if (session.plan) return show_plan_of_job(o.world, o.output);
  if (!o.dry_run) require_writable(o.output, o.world, session.overwrite());
  const Playbook playbook = load_playbook(o.playbook);
  const auto interests = chosen_interests(playbook, o.interests);
  ProblemList drafts;
  for (Problem& problem : drafts_in_use(playbook, interests)) drafts.add(std::move(problem));
  if (!o.dry_run) drafts.throw_if_any();
  for (const Problem& problem : drafts.kept()) session.warn(to_string(problem));
  const Creation creation = create_groups(load_world(o.world, session), playbook, interests, as_of);
  for (const std::string& warning : creation.warnings) session.warn(warning);
  if (!o.dry_run) {
    const nlohmann::ordered_json parameters{{"world", o.world},
                                            {"playbook", read_text(o.playbook)},
                                            {"as_of", o.as_of},
                                            {"interests", o.interests}};
    write_world(creation.world, o.output, session.provenance(parameters.dump()),
                session.overwrite());
  }
  print(table_of(creation.counts), o.format);
  if (!o.dry_run)
    session.say(fmt::format("{}: {} groups, {} memberships", o.output,
                            grouped(creation.world.groups.size()),
                            grouped(creation.world.members.size())));
  return 0;
}

}  // namespace

void add_groups_create(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "create", "The creation job: a group for every account of an audience that has none");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command->add_option("--playbook", o->playbook, "Says what is sold to whom, see docs/groups.md")
      ->required()
      ->type_name("P.toml");
  command->add_option("--as-of", o->as_of, "The day on which groups are made")
      ->required()
      ->type_name("DAY");
  command->add_option("--interest", o->interests, "Only for this solution; may be repeated")
      ->type_name("NAME");
  command->add_flag("--dry-run", o->dry_run, "Count what would be made, and write nothing");
  command->add_option("-o,--output", o->output, "The world to write")->type_name("W2.h5");
  add_format_option(*command, o->format);
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall groups create examples/small --playbook examples/playbooks/small.toml "
      "--as-of 2026-03-31 --dry-run");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
