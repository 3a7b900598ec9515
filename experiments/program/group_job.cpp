#include "experiments/program/group_job.hpp"

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall::program {

void add_group_job_options(CLI::App& command, GroupJob& job, Session& session,
                           const std::string& what_day, const std::string& dry_run) {
  command.add_option("world", job.world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command.add_option("--playbook", job.playbook, "Says what is sold to whom, see docs/groups.md")
      ->required()
      ->type_name("P.toml");
  command.add_option("--as-of", job.as_of, what_day)->required()->type_name("DAY");
  command.add_flag("--dry-run", job.dry_run, dry_run);
  command.add_option("-o,--output", job.output, "The world to write")->type_name("W2.h5");
  add_format_option(command, job.format);
  add_plan_option(command, session);
  add_common_options(command, session);
  add_profile_options(command, session);
}

void check_group_job(const GroupJob& job, const Session& session) {
  require_output_or_dry_run(job.output, job.dry_run);
  if (!job.dry_run && !session.plan) require_writable(job.output, job.world, session.overwrite());
}

Playbook load_playbook_for(const GroupJob& job, const std::vector<std::string>& interests,
                           const Session& session) {
  Playbook playbook = load_playbook(job.playbook);
  ProblemList drafts;
  for (Problem& problem : drafts_in_use(playbook, chosen_interests(playbook, interests)))
    drafts.add(std::move(problem));
  if (!job.dry_run) drafts.throw_if_any();
  for (const Problem& problem : drafts.kept()) session.warn(to_string(problem));
  return playbook;
}

void write_group_job(const GroupJob& job, const World& world,
                     const std::vector<std::string>& interests, const Session& session) {
  if (job.dry_run) return;
  nlohmann::ordered_json parameters{
      {"world", job.world}, {"playbook", read_text(job.playbook)}, {"as_of", job.as_of}};
  if (!interests.empty()) parameters["interests"] = interests;
  write_world(world, job.output, session.provenance(parameters.dump()), session.overwrite());
}

}  // namespace rolecall::program
