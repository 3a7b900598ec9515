#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rolecall::sim {

// Person-days by persona, journey stage and channel (inbound, outbound), in that order: the channel
// runs fastest.
struct CoverageTable {
  std::size_t stages = 0;                 // 1 or more
  std::size_t channels = 2;               // 1 or more; 0 is inbound, 1 outbound
  std::span<const std::int64_t> at_risk;  // [person-day] in the cell, 0 or more
  // [person-day] of them that met content for it: their number, or the sum of their coverage (0 …
  // 1) where content fits in part. Each in [0, at_risk].
  std::span<const double> served;
};

// A cell in which people went without.
struct CoverageGap {
  std::size_t persona = 0, stage = 0, channel = 0;
  std::int64_t at_risk = 0;  // [person-day]
  double coverage = 0;       // served/at_risk, in [0, 1)
  double gap = 0;            // at_risk·(1 − coverage) [person-day]
};

// The `top` cells with the widest gaps, the widest first; equal ones in the order of the table.
// Cells without person-days, and those served in full, have no gap and are not listed.
std::vector<CoverageGap> coverage_gaps(const CoverageTable& table, std::size_t top = SIZE_MAX);

}  // namespace rolecall::sim
