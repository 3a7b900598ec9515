#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rolecall {

// Pairs of a won and a lost score in the right order, each counting 2, and ties, counting 1: the
// exact numerator of the AUC, over 2 · won · lost. Low scores are counted, in a table that stays in
// cache; the others are sorted.
class HalfWins {
 public:
  // `low` is a lower bound of all scores.
  template <class Score>
  std::int64_t of(std::span<const Score> lost, std::span<const Score> won, std::int64_t low);

 private:
  std::vector<std::uint32_t> below_;  // by score: lost groups with a lower one; 0 between calls
  std::vector<std::uint64_t> lost_tail_, won_tail_;
};

}  // namespace rolecall
