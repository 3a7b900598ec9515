#pragma once

#include <cstdint>

#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall::testing {

// A small, crowded world: few people, days and types, so that caps bite, people share groups, and
// windows cut. Some worlds have counts, some single activities; some have more than 64 types.
World crowded_world(std::uint64_t seed);

// A model for such a world with any reading, decay, cap and weight.
Model random_model(std::uint64_t seed);

// A model for crowded worlds whose scores are sums of roles; weights, caps, decay and time zone are
// any.
Model role_model(std::uint64_t seed);

}  // namespace rolecall::testing
