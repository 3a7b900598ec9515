#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scoring/model.hpp"
#include "scoring/score.hpp"

// How groups with outcomes look beside them, for people to see. `won` by group: 1 won, 0 lost.
namespace rolecall {

// Won and lost groups between low and high.
struct OutcomeBins {
  std::vector<double> low, high;
  std::vector<std::int64_t> won, lost;
};

// By role card: mean members, share of groups with enough of them, and share won of those with and
// without; NaN where there are none.
struct RoleCoverage {
  std::vector<double> members, filled, won_if_filled, won_if_missing;
};

// Groups by score, in bins of one width from 0 (or the lowest score below it) to the 99th
// percentile; the last bin holds all above as well.
OutcomeBins score_bins(const std::vector<double>& score, std::span<const std::uint8_t> won);

// Groups by completeness [%], in bands of 20, and one for 100 alone; NaN in none.
OutcomeBins completeness_bands(const std::vector<double>& completeness,
                               std::span<const std::uint8_t> won);

// Of the groups in `rows` of the sums: members by role, and the share won with and without enough
// of them.
RoleCoverage role_coverage(const RoleSums& sums, const std::vector<std::size_t>& rows,
                           const RolesTemplate& roles, std::span<const std::uint8_t> won);

}  // namespace rolecall
