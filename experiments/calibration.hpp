#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/outcome_tally.hpp"

namespace rolecall {

// How far predicted probabilities are from what happened; y is 1 for won, 0 for lost.
struct CalibrationMetrics {
  double brier =
      0;  // mean (p − y)²: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
  // Mean −ln of the probability given to what happened [nat]. A share of 0 or 1 seen in m groups
  // does not prove certainty, so p is kept within 1/(n + 2) of 0 and 1 (Laplace's rule), where n is
  // the number of groups that the Calibration was made with.
  double log_loss = 0;
  // Σ over bins of |mean p − share won| · share of the groups, bins of equal count: the expected
  // calibration error (Naeini, Cooper & Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602).
  double calibration_error = 0;
  double brier_skill = 0;  // 1 − brier / brier of predicting the overall share won for every group

  bool operator==(const CalibrationMetrics&) const = default;
};

// One bin of the reliability table.
struct CalibrationBin {
  OutcomeTally tally;
  double predicted_sum = 0;  // of p over the groups of the bin
};

// Groups by their predicted probability, ready to be measured again and again under other
// multiplicities. Equal probabilities are one level; all else follows from the counts by level,
// which are whole numbers.
//
// Bins have equal counts as far as levels allow: a level is never split, and goes as a whole to the
// bin that holds the middle of its groups, bin ⌊bins · (groups below + half its groups) / groups⌋.
// That does not depend on the order of rows; a bin may stay empty.
class Calibration {
 public:
  // One row per group, in any order; probabilities in [0, 1], units below `units`.
  Calibration(std::span<const double> probability, std::span<const std::uint8_t> won,
              std::span<const std::uint32_t> unit, std::size_t units);

  std::size_t levels() const { return levels_.size(); }

  // Outcomes by level, in rising order of probability, when unit u occurs multiplicity[u] times.
  // Fills `tallies`, of size levels(): one pass over the rows, 4 bytes each.
  void count(std::span<const std::uint32_t> multiplicity, std::span<OutcomeTally> tallies) const;

  // The metrics of such tallies, of which at least one group is won and one lost. Bins are made
  // anew from the tallies, as physically repeated rows would make them.
  CalibrationMetrics measure(std::span<const OutcomeTally> tallies, std::size_t bins) const;

  // The bin of each level under such tallies. A level without groups has that of its place.
  std::vector<std::size_t> bin_of_level(std::span<const OutcomeTally> tallies,
                                        std::size_t bins) const;

  // The levels' tallies and predictions added up by bin.
  std::vector<CalibrationBin> by_bin(std::span<const OutcomeTally> tallies,
                                     std::span<const std::size_t> bin_of_level,
                                     std::size_t bins) const;

 private:
  struct Level {
    double probability;
    double log_loss_if_won;
    double log_loss_if_lost;
    std::uint32_t won_begin;   // units of its won groups: units_[won_begin … lost_begin)
    std::uint32_t lost_begin;  // and of its lost ones, up to the next level's won_begin
  };

  std::vector<Level> levels_;
  std::vector<std::uint32_t> row_units_;  // by level, then won before lost, then unit
  std::size_t units_;
};

}  // namespace rolecall
