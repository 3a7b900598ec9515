#pragma once

#include <cstdint>

#include "core/world.hpp"

namespace rolecall::testing {

// A small world with something of everything that a file must carry: a forest of accounts,
// non-ASCII texts, attributes of odd names, missing times, dates alone, NaN, and, for odd seeds,
// counts above 2^32.
World random_world(std::uint64_t seed, std::size_t people = 40, std::size_t activities = 400);

// Equal in every value, bit for bit; every NaN equals every NaN.
void expect_equal(const World& a, const World& b);

}  // namespace rolecall::testing
