#include "experiments/program/command_groups.hpp"

namespace rolecall::program {

void add_groups(CLI::App& app, Session& session) {
  CLI::App* groups = app.add_subcommand("groups", "Make buying groups and their members");
  groups->require_subcommand(1);
  add_groups_infer(*groups, session);
}

}  // namespace rolecall::program
