#pragma once

#include <string>
#include <vector>

#include "experiments/program/session.hpp"
#include "scoring/groups/playbook.hpp"

// What the creation and the maintenance job have in common: a world in, a playbook, a day, and a
// world out, or a dry run.
namespace rolecall::program {

struct GroupJob {
  std::string world, playbook, as_of, output;
  std::string format = "table";
  bool dry_run = false;
};

// `what_day` says in the help what the day is for, `dry_run` what is only counted then.
void add_group_job_options(CLI::App& command, GroupJob& job, Session& session,
                           const std::string& what_day, const std::string& dry_run);

// Throws InputError when the options do not go together or the output cannot be written.
void check_group_job(const GroupJob& job, const Session& session);

// The playbook. Templates and stage models of the interests that are drafts are errors, in a dry
// run warnings.
Playbook load_playbook_for(const GroupJob& job, const std::vector<std::string>& interests,
                           const Session& session);

// Writes the world that the job made, unless the run is dry; `interests` are part of its origin.
void write_group_job(const GroupJob& job, const World& world,
                     const std::vector<std::string>& interests, const Session& session);

}  // namespace rolecall::program
