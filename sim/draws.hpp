#pragma once

#include <cstdint>

#include "core/random.hpp"

// Draws of a simulation: functions of (seed, stream, entity, moment), so that what does not depend
// on a policy is the same under every policy: common random numbers.
namespace rolecall::sim {

// An entity on a day, or at the nth time that something comes to it; both below 2^40 and 2^24.
inline std::uint64_t at_moment(std::uint64_t entity, std::uint64_t moment) {
  return entity | moment << 40;
}

inline Random draws(std::uint64_t seed, RandomStream stream, std::uint64_t entity,
                    std::uint64_t moment) {
  return {seed, stream, at_moment(entity, moment)};
}

}  // namespace rolecall::sim
