#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/world.hpp"
#include "experiments/program/session.hpp"

namespace rolecall::program {

// Deals as a command is given them.
struct DealsInput {
  std::string path;
};

// Adds DEALS.
void add_deals_options(CLI::App& command, DealsInput& input);

// A world that has deals. Throws InputError when there are none.
World load_deals(const DealsInput& input, const Session& session);

}  // namespace rolecall::program
