#pragma once

#include "experiments/program/session.hpp"

// The subcommands of `rolecall groups`, each in command_groups_NAME.cpp.
namespace rolecall::program {

void add_groups_infer(CLI::App& groups, Session& session);

}  // namespace rolecall::program
