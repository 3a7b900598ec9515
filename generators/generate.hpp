#pragma once

#include <cstdint>

#include "core/progress.hpp"
#include "core/world.hpp"
#include "generators/world_spec.hpp"

namespace rolecall {

// Makes the world that a specification describes, its truth included. The same specification gives
// the same world whatever the number of threads, the compiler or the machine: every draw is a
// function of (seed, stream, entity, counter), and no distribution uses the mathematics library.
// docs/worlds.md has the formulas. Throws InputError as check() does. Where nobody acts, the log
// stays shorter than asked for.
World generate_world(const WorldSpec& spec, Progress* progress = nullptr);

// What a world will take.
struct WorldPlan {
  std::uint64_t accounts = 0, people = 0, groups = 0;
  double activities = 0;    // [rows], expected
  double memory_bytes = 0;  // at its peak, written to a file included
  double file_bytes = 0;    // compressed
  double seconds = 0;       // to make and write it, on a machine such as generate.cpp names
};

// Draws the accounts and estimates the rest. Throws InputError as generate_world.
WorldPlan plan_world(const WorldSpec& spec, std::size_t threads);

}  // namespace rolecall
