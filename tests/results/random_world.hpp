#pragma once

#include <cstdint>

#include "core/world.hpp"
#include "same_world.hpp"

namespace rolecall::testing {

// A small world with something of everything that a file must carry: a forest of accounts,
// non-ASCII texts, attributes of odd names, missing times, dates alone, NaN, for odd seeds counts
// above 2^32, for every third seed from 2 on a truth, and deals unless the seed is one of 0, 4, 8,
// …
World random_world(std::uint64_t seed, std::size_t people = 40, std::size_t activities = 400);

}  // namespace rolecall::testing
