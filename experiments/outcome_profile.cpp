#include "experiments/outcome_profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

OutcomeBins score_bins(const std::vector<double>& score, std::span<const std::uint8_t> won) {
  constexpr std::size_t bins = 30;
  constexpr double shown = .99;  // the last bin takes what is above
  std::vector<double> sorted = score;
  std::ranges::sort(sorted);
  const double low = std::min(0., sorted.front());
  double high = sorted[static_cast<std::size_t>(shown * static_cast<double>(sorted.size() - 1))];
  if (!(high > low)) high = low + 1;
  OutcomeBins out;
  for (std::size_t b = 0; b < bins; ++b) {
    out.low.push_back(low + (high - low) * static_cast<double>(b) / bins);
    out.high.push_back(low + (high - low) * static_cast<double>(b + 1) / bins);
  }
  out.won.assign(bins, 0);
  out.lost.assign(bins, 0);
  for (std::size_t i = 0; i < score.size(); ++i) {
    const double at = std::clamp((score[i] - low) / (high - low) * bins, 0., bins - 1.);
    ++(won[i] != 0 ? out.won : out.lost)[static_cast<std::size_t>(at)];
  }
  return out;
}

OutcomeBins completeness_bands(const std::vector<double>& completeness,
                               std::span<const std::uint8_t> won) {
  OutcomeBins out;
  for (int low = 0; low <= 100; low += 20) {
    out.low.push_back(low);
    out.high.push_back(std::min(100, low + 20));
  }
  out.won.assign(out.low.size(), 0);
  out.lost.assign(out.low.size(), 0);
  for (std::size_t i = 0; i < completeness.size(); ++i) {
    const double value = completeness[i];
    if (std::isnan(value)) continue;
    ++(won[i] != 0 ? out.won : out.lost)[static_cast<std::size_t>(value / 20)];
  }
  return out;
}

RoleCoverage role_coverage(const RoleSums& sums, const std::vector<std::size_t>& rows,
                           const RolesTemplate& roles, std::span<const std::uint8_t> won) {
  RoleCoverage out;
  const auto n = static_cast<double>(rows.size());
  for (std::size_t c = 0; c < roles.roles.size(); ++c) {
    double members = 0, filled = 0, won_filled = 0, won_missing = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint32_t m = sums.members[rows[i] * sums.cards + c];
      const bool full = m >= roles.roles[c].members_required;
      members += m;
      filled += full;
      (full ? won_filled : won_missing) += won[i];
    }
    out.members.push_back(members / n);
    out.filled.push_back(filled / n);
    out.won_if_filled.push_back(filled > 0 ? won_filled / filled : nan);
    out.won_if_missing.push_back(filled < n ? won_missing / (n - filled) : nan);
  }
  return out;
}

}  // namespace rolecall
