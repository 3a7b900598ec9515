#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/uninitialized.hpp"
#include "experiments/ranking_metrics.hpp"

namespace rolecall {

// Whole numbers by group that scores are made of, a column for each way that an activity may count:
// by type, by role and type, by type and cap level, by window … Groups with an outcome only.
struct WhatIfColumns {
  std::vector<std::span<const std::uint32_t>> columns;  // of one length; below 2^31
  std::span<const std::uint8_t> won;                    // by group
};

// One way to score: Σ coefficient · column.
struct Candidate {
  struct Term {
    std::uint32_t column;
    std::int64_t coefficient;
  };
  std::vector<Term> terms;
};

// Scores thousands of candidates over the same groups and tells how well each ranks won above lost.
//
// Columns are kept a tile of groups at a time, so that a tile stays in cache while a batch of
// candidates is scored from it; then each candidate's scores are ranked while they are in cache.
// All of it is in whole numbers: products run in floats where every partial sum stays below 2^24,
// in doubles below 2^53, tile by tile, and are exact in both. So the instruction set, the number of
// threads and the order of groups change nothing.
class WhatIf {
 public:
  // Throws InputError when no group is won, or none lost.
  explicit WhatIf(const WhatIfColumns& columns);

  // Whether every score of the candidate is below 2^53.
  bool is_exact(const Candidate& candidate) const;

  // Exact AUC of each candidate, as Ranking::measure has it, to the bit. Throws InputError when a
  // score may reach 2^53.
  std::vector<double> auc(std::span<const Candidate> candidates) const;

  // AUC, PR-AUC and lift, likewise. Sorts the groups, which takes some five times as long.
  std::vector<RankingMetrics> measure(std::span<const Candidate> candidates) const;

  // Scores of one candidate, in the order of the groups given.
  std::vector<std::int64_t> scores(const Candidate& candidate) const;

  std::size_t groups() const { return groups_; }
  std::size_t columns() const { return columns_; }

  static constexpr std::size_t tile_groups = 512;

 private:
  template <class Score>
  using Rows = UninitializedVector<Score>;

  struct Bounds {
    std::int64_t low = 0, high = 0;  // of any score
  };
  std::optional<Bounds> bounds(const Candidate& candidate) const;
  Bounds require_bounds(const Candidate& candidate) const;

  template <class Score>
  void score_batch(std::span<const Candidate> batch, Rows<Score>& scores) const;
  template <class Result, class Rank>
  std::vector<Result> run(std::span<const Candidate> candidates, const Rank& rank) const;

  std::size_t groups_ = 0, lost_ = 0, columns_ = 0, tiles_ = 0;
  std::vector<std::uint32_t> place_;  // by group: its place here, lost before won
  // tiles × columns × groups of a tile; 16 bits when these suffice
  std::variant<UninitializedVector<std::uint16_t>, UninitializedVector<std::uint32_t>> values_;
  std::vector<std::uint32_t> highest_;  // tiles × columns
  std::vector<std::uint32_t> highest_of_column_;
};

}  // namespace rolecall
