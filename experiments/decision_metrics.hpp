#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "experiments/outcome_tally.hpp"

namespace rolecall {

// What sales can take, and what it is worth. Values and costs are in one unit of money.
struct HandOff {
  double capacity = 1;   // share of the groups that sales can take, 0 … 1
  double value_won = 1;  // of a won group that was handed off
  double cost = 0;       // of handing off a group, won or lost
};

// What comes of handing the top `share` of the groups to sales.
struct HandOffPoint {
  double share = 0;
  double threshold = 0;  // the lowest score handed off, in part or whole; infinity for none
  double precision = 0;  // share won among the handed off; NaN when there are none
  double recall = 0;     // share handed off among the won; NaN when there are none
  double profit = 0;     // per group: (value_won · won handed off − cost · handed off) / groups
};

// Decisions made by a score, ready to be measured again and again under other weights: how often
// each group occurs, by row in the order given, or empty for once each. A cluster bootstrap gives
// each row the multiplicity of its cluster; results are those of physically repeated rows.
//
// The top of n groups has share · n of them exactly, a fraction of one included. A tie that its
// edge cuts contributes in proportion, which is the mean over all ways to break the tie.
class DecisionRanking {
 public:
  // One row per group, in any order; finite scores, the highest are handed off first.
  DecisionRanking(std::span<const double> score, std::span<const std::uint8_t> won);

  std::size_t size() const { return rows_.size(); }

  // Normalised discounted cumulative gain of the top `share`, over (0, 1]: Σ won_r / log2(r + 1)
  // over ranks r = 1, 2, … of the top, over the same with all won groups first (Järvelin &
  // Kekäläinen 2002, doi:10.1145/582415.582418, with the discount of rank 1 at 1). Each of a tie
  // gets the mean gain of the tie (McSherry & Najork 2008, doi:10.1007/978-3-540-78646-7_38); a
  // fraction of a group at the edge counts as that fraction of its rank's discount. Nothing when no
  // group is won.
  std::optional<double> ndcg(double share = 1, std::span<const std::uint32_t> weight = {}) const;

  // The points at shares in rising order, 0 … 1; hand_off.capacity has no part in it. Nothing
  // without groups.
  std::vector<HandOffPoint> curve(const HandOff& hand_off, std::span<const double> shares,
                                  std::span<const std::uint32_t> weight = {}) const;

  // Profit per group of handing off the whole capacity: expected, where the edge cuts a tie. NaN
  // without groups.
  double profit(const HandOff& hand_off, std::span<const std::uint32_t> weight = {}) const;

  // The NDCG of all groups (NaN when none is won) and the profit, in one pass.
  struct NdcgAndProfit {
    double ndcg = 0, profit = 0;
  };
  NdcgAndProfit ndcg_and_profit(const HandOff& hand_off,
                                std::span<const std::uint32_t> weight = {}) const;

  // The most profitable share within capacity, over all there are and not only those of a curve:
  // the profit is linear between scores, so that it is best at a score or at the capacity. The
  // smallest such share; 0 when no hand-off pays. Nothing without groups.
  std::optional<HandOffPoint> best(const HandOff& hand_off,
                                   std::span<const std::uint32_t> weight = {}) const;

 private:
  struct Row {
    double score;
    std::uint32_t row;
    std::uint8_t won;
  };

  // Calls visit(score, tally) for every score that occurs, the highest first, until it says false.
  template <class Visit>
  void walk(std::span<const std::uint32_t> weight, const Visit& visit) const;
  OutcomeTally total(std::span<const std::uint32_t> weight) const;

  std::vector<Row> rows_;         // in falling order of score, then rising of row
  std::vector<double> discount_;  // 1 / log2(r + 1) at r − 1, for as many ranks as rows
};

// Shares 0, 1/steps, …, 1.
std::vector<double> even_shares(std::size_t steps);

}  // namespace rolecall
