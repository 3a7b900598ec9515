#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Random splits with exact quotas. Percentages are whole and add up to 100.
namespace rolecall::sim {

// The path that the next of many comes to: the one furthest below its quota of all, this one
// included; of equals the first. `taken`, by path, are those before. After every hundred the quotas
// are met exactly, no path is ever one or more above its quota, and with up to four paths none is
// one or more below.
std::size_t furthest_below(std::span<const std::uint32_t> percents,
                           std::span<const std::uint64_t> taken);

// How many of n come to each path: the floor of percent · n / 100; the last path takes the rest.
std::vector<std::size_t> shares_of(std::span<const std::uint32_t> percents, std::size_t n);

}  // namespace rolecall::sim
