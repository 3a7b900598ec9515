#pragma once

#include "core/random.hpp"

// What the draws of a simulation are for: stream numbers that follow those of core/random.hpp.
namespace rolecall::sim::stream {

inline constexpr auto cast = static_cast<RandomStream>(20);       // entity: person
inline constexpr auto accounts = static_cast<RandomStream>(21);   // entity: account
inline constexpr auto days = static_cast<RandomStream>(22);       // person; moment: day
inline constexpr auto seats = static_cast<RandomStream>(23);      // seat; moment: nth stage
inline constexpr auto markets = static_cast<RandomStream>(24);    // group; moment: nth problem
inline constexpr auto groups = static_cast<RandomStream>(25);     // group; moment: day
inline constexpr auto deals = static_cast<RandomStream>(26);      // group; moment: nth deal
inline constexpr auto deal_days = static_cast<RandomStream>(27);  // group; moment: day
inline constexpr auto lots = static_cast<RandomStream>(28);       // group or person; moment: day
inline constexpr auto heirs = static_cast<RandomStream>(29);      // seat; moment: day
inline constexpr auto dealing = static_cast<RandomStream>(30);    // person; moment: day
inline constexpr auto messages = static_cast<RandomStream>(31);   // person; moment: day

}  // namespace rolecall::sim::stream
