#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/time_ordered_log.hpp"

namespace rolecall {

// Σ units[type] · min(n(person, type, day), cap[type]) by person, over the days first … last of a
// log in order of time, counted from its first day: without an index, in one pass over the rows of
// these days. A day at a time: its rows by block of people, then a table of counts small enough for
// the nearest cache. Beside the log it takes 8 bytes a person for each thread, and one day. Sums
// must fit 63 bits.
std::vector<std::int64_t> score_log(const TimeOrderedLog& log, std::span<const std::int64_t> units,
                                    std::span<const std::uint64_t> caps, std::size_t first,
                                    std::size_t last);

}  // namespace rolecall
