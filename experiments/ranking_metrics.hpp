#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "experiments/outcome_tally.hpp"
#include "experiments/ranked_groups.hpp"

namespace rolecall {

inline constexpr std::array<int, 3> lift_percents{5, 10, 20};

// How well the order of the scores tells won from lost; any rising transform of the scores gives
// the same bits.
struct RankingMetrics {
  // The chance that a won group scores above a lost one, a tie counting half: the Mann–Whitney
  // statistic (Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747).
  double auc = 0;
  // Average precision, Σ (R_k − R_k−1) P_k over distinct scores as thresholds, without
  // interpolation, as scikit-learn's average_precision_score.
  double pr_auc = 0;
  // Share won among the top p % of groups over the share won among all, for lift_percents. The top
  // has p % · n groups exactly, a fraction of one included; a tie that its edge cuts contributes in
  // proportion, which is the mean over all ways to break the tie.
  std::array<double, 3> lift{};

  bool operator==(const RankingMetrics&) const = default;
};

// The same of groups given by keys, score « 1 | won, in rising order; some won and some lost. Bit
// for bit as Ranking has it.
RankingMetrics measure_sorted(std::span<const std::uint64_t> keys);

// Groups ready to be measured again and again under other multiplicities, 4 bytes a row.
class Ranking {
 public:
  explicit Ranking(const RankedGroups& ranked);

  // The metrics of the data in which unit u occurs multiplicity[u] times: one pass over the rows,
  // bit for bit what physically repeated rows would give. Nothing when no group is won or none is
  // lost.
  std::optional<RankingMetrics> measure(std::span<const std::uint32_t> multiplicity) const;

 private:
  std::vector<std::uint32_t> rows_;       // unit « 2 | won « 1 | last of its score; falling score
  std::vector<OutcomeTally> unit_tally_;  // by unit
};

}  // namespace rolecall
