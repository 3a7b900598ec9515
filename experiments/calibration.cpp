#include "experiments/calibration.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <tuple>

namespace rolecall {
namespace {

// Deals levels, in rising order, to bins of equal count.
class BinCursor {
 public:
  BinCursor(std::span<const OutcomeTally> tallies, std::size_t bins) : bins_(bins) {
    for (const OutcomeTally& tally : tallies) total_ += tally.groups();
  }

  std::size_t next(const OutcomeTally& tally) {
    assert(total_ > 0);
    const auto middle = static_cast<std::uint64_t>(2 * below_ + tally.groups());
    below_ += tally.groups();
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): asserted above, where builds have assertions
    return std::min(bins_ - 1, bins_ * middle / static_cast<std::uint64_t>(2 * total_));
  }

  std::int64_t total() const { return total_; }

 private:
  std::size_t bins_;
  std::int64_t total_ = 0;
  std::int64_t below_ = 0;
};

std::int64_t weight_of(std::span<const std::uint32_t> units,
                       std::span<const std::uint32_t> multiplicity) {
  std::int64_t sum = 0;
  for (const std::uint32_t unit : units) sum += multiplicity[unit];
  return sum;
}

}  // namespace

Calibration::Calibration(std::span<const double> probability, std::span<const std::uint8_t> won,
                         std::span<const std::uint32_t> unit, std::size_t units)
    : row_units_(probability.size()), units_(units) {
  const std::size_t n = probability.size();
  assert(won.size() == n && unit.size() == n);
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(probability[a], won[a] == 0, unit[a]) <
           std::tuple(probability[b], won[b] == 0, unit[b]);
  });
  const double least = 1 / (static_cast<double>(n) + 2);
  for (std::size_t i = 0; i < n; ++i) {
    const double p = probability[order[i]];
    const auto at = static_cast<std::uint32_t>(i);
    if (levels_.empty() || levels_.back().probability != p) {
      const double kept = std::clamp(p, least, 1 - least);
      levels_.push_back({.probability = p,
                         .log_loss_if_won = -std::log(kept),
                         .log_loss_if_lost = -std::log1p(-kept),
                         .won_begin = at,
                         .lost_begin = at});
    }
    if (won[order[i]] != 0) levels_.back().lost_begin = at + 1;
    row_units_[i] = unit[order[i]];
  }
}

void Calibration::count(std::span<const std::uint32_t> multiplicity,
                        std::span<OutcomeTally> tallies) const {
  assert(multiplicity.size() == units_ && tallies.size() == levels_.size());
  const std::span<const std::uint32_t> units(row_units_);
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    const Level& level = levels_[k];
    const std::size_t end = k + 1 < levels_.size() ? levels_[k + 1].won_begin : units.size();
    tallies[k].won =
        weight_of(units.subspan(level.won_begin, level.lost_begin - level.won_begin), multiplicity);
    tallies[k].lost =
        weight_of(units.subspan(level.lost_begin, end - level.lost_begin), multiplicity);
  }
}

CalibrationMetrics Calibration::measure(std::span<const OutcomeTally> tallies,
                                        std::size_t bins) const {
  BinCursor cursor(tallies, bins);
  CalibrationMetrics sum;
  OutcomeTally total;
  std::size_t bin = 0;
  double excess = 0;  // Σ (p − y) of the bin so far
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    const OutcomeTally& tally = tallies[k];
    if (tally.groups() == 0) continue;
    const double p = levels_[k].probability;
    const auto won = static_cast<double>(tally.won);
    const auto lost = static_cast<double>(tally.lost);
    sum.brier += won * (1 - p) * (1 - p) + lost * p * p;
    sum.log_loss += won * levels_[k].log_loss_if_won + lost * levels_[k].log_loss_if_lost;
    if (const std::size_t next = cursor.next(tally); next != bin) {
      sum.calibration_error += std::abs(excess);
      excess = 0;
      bin = next;
    }
    excess += (won + lost) * p - won;
    total += tally;
  }
  sum.calibration_error += std::abs(excess);
  const auto n = static_cast<double>(total.groups());
  const double share = static_cast<double>(total.won) / n;
  const double brier = sum.brier / n;
  return {.brier = brier,
          .log_loss = sum.log_loss / n,
          .calibration_error = sum.calibration_error / n,
          .brier_skill = 1 - brier / (share * (1 - share))};
}

std::vector<std::size_t> Calibration::bin_of_level(std::span<const OutcomeTally> tallies,
                                                   std::size_t bins) const {
  BinCursor cursor(tallies, bins);
  std::vector<std::size_t> bin(levels_.size());
  for (std::size_t k = 0; k < bin.size(); ++k) bin[k] = cursor.next(tallies[k]);
  return bin;
}

std::vector<CalibrationBin> Calibration::by_bin(std::span<const OutcomeTally> tallies,
                                                std::span<const std::size_t> bin_of_level,
                                                std::size_t bins) const {
  std::vector<CalibrationBin> sums(bins);
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    CalibrationBin& bin = sums[bin_of_level[k]];
    bin.tally += tallies[k];
    bin.predicted_sum += static_cast<double>(tallies[k].groups()) * levels_[k].probability;
  }
  return sums;
}

}  // namespace rolecall
