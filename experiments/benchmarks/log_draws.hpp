#pragma once

#include "core/time_ordered_log.hpp"

namespace rolecall::bench {

inline constexpr std::size_t types = 34;
inline constexpr std::size_t days = 365;

// A log of independent draws: people by a heavy tail (the square of a uniform draw), types by a
// triangle, and one activity in 64 by a machine that does the same thing again and again. Every day
// has as many rows as the next; they come from Philox blocks keyed by (seed, day). In parallel,
// with the machine's vectors; the same bits as draw_log_by_library(). Takes the memory of `reused`.
TimeOrderedLog draw_log(std::size_t activities, std::size_t people, std::uint64_t seed,
                        TimeOrderedLog reused = {});

// The same from the library's generator, one block at a time, in one thread.
TimeOrderedLog draw_log_by_library(std::size_t activities, std::size_t people, std::uint64_t seed,
                                   TimeOrderedLog reused = {});

}  // namespace rolecall::bench
