#include "sim/measures/coverage_gaps.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

namespace rolecall::sim {

std::vector<CoverageGap> coverage_gaps(const CoverageTable& table, std::size_t top) {
  assert(table.at_risk.size() == table.served.size());
  assert(table.at_risk.size() % (table.stages * table.channels) == 0);
  std::vector<CoverageGap> gaps;
  for (std::size_t i = 0; i < table.at_risk.size(); ++i) {
    const auto days = static_cast<double>(table.at_risk[i]);
    assert(table.served[i] >= 0 && table.served[i] <= days);
    if (table.served[i] >= days) continue;
    const std::size_t row = i / table.channels;
    gaps.push_back({.persona = row / table.stages,
                    .stage = row % table.stages,
                    .channel = i % table.channels,
                    .at_risk = table.at_risk[i],
                    .coverage = table.served[i] / days,
                    .gap = days - table.served[i]});
  }
  std::ranges::stable_sort(gaps, std::greater{}, &CoverageGap::gap);
  if (gaps.size() > top) gaps.resize(top);
  return gaps;
}

}  // namespace rolecall::sim
