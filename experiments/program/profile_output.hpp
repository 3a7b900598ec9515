#pragma once

#include "experiments/program/session.hpp"

namespace rolecall::program {

// Runs the command, and tells as asked for by --profile and --profile-json where its time and
// memory went. Gives its exit code.
int run_profiled(const Session& session);

}  // namespace rolecall::program
