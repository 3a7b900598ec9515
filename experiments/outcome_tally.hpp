#pragma once

#include <cstdint>

namespace rolecall {

// Groups by how they ended. Whole numbers, so that sums are the same in any order.
struct OutcomeTally {
  std::int64_t won = 0;
  std::int64_t lost = 0;

  std::int64_t groups() const { return won + lost; }
  bool has_both() const { return won > 0 && lost > 0; }

  OutcomeTally& operator+=(const OutcomeTally& other) {
    won += other.won;
    lost += other.lost;
    return *this;
  }
  bool operator==(const OutcomeTally&) const = default;
};

}  // namespace rolecall
