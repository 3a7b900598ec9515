#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/world.hpp"
#include "experiments/program/session.hpp"

namespace rolecall::program {

// Deals as a command is given them.
struct DealsInput {
  std::string path;
  std::string map;  // of a mapping file, for one file of deals; empty: it has our columns
};

// Adds DEALS and --map.
void add_deals_options(CLI::App& command, DealsInput& input);

// A world, or the deals of one CSV file with an account for each that they name. Throws InputError
// when there are no deals, unless their people alone are asked for.
World load_deals(const DealsInput& input, const Session& session, bool people_alone = false);

}  // namespace rolecall::program
