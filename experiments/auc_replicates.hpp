#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiments/ranked_groups.hpp"

namespace rolecall {

// The AUC of many scores over the same groups, each under the same bootstrap replicates, so that
// scores compare replicate by replicate. Unlike Ranking it walks the groups once for all replicates
// together: their counts stand side by side.
class AucReplicates {
 public:
  // `won` by group, and the account tree of each; replicates draw trees (groups when there are
  // fewer than two). 2 bytes for each (tree, replicate).
  AucReplicates(std::vector<std::uint8_t> won, std::span<const std::uint32_t> tree,
                std::size_t replicates, std::uint64_t seed);

  // Of scores by group: first of the groups as they are, then of each replicate. NaN where none is
  // won or none lost. As Ranking::measure, bit for bit, when replicates draw trees.
  std::vector<double> measure(std::span<const double> score) const;

  std::size_t groups() const { return won_.size(); }
  std::size_t won() const;
  std::size_t units() const { return units_; }

 private:
  std::vector<std::uint8_t> won_;
  std::vector<std::uint32_t> unit_;  // by group
  std::size_t units_ = 0;
  std::size_t columns_ = 0;                  // replicates + 1
  std::vector<std::uint16_t> multiplicity_;  // units × columns
};

}  // namespace rolecall
