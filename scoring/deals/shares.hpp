#pragma once

#include <cstdint>

#include "core/exact.hpp"
#include "scoring/deals/rules.hpp"

namespace rolecall {

inline constexpr std::int64_t one_in_millionths = 1'000'000;

// A share of points, given in millionths, to the nearest millionth of a point, halves away from
// zero. Points are whole units, `scale` to the point; the scale is a multiple of 10^6.
inline int128 share_of(int128 units, std::int64_t millionths, std::int64_t scale) {
  const int128 product = units * millionths;
  const int128 half = product < 0 ? -int128{scale} / 2 : int128{scale} / 2;
  return (product + half) / scale * (scale / one_in_millionths);
}

// What is left of an entry after so many steps of its decay.
inline int128 left_after(std::int64_t steps, int128 units, const PointsDecay& decay,
                         std::int64_t scale) {
  for (; steps > 0 && units != 0; --steps)
    units = share_of(units, one_in_millionths - decay.loss_millionths, scale);
  return units;
}

}  // namespace rolecall
