#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rolecall {

// How alike two scores order the same groups, ready to be measured again and again under other
// weights: how often each group occurs, by row in the order given, or empty for once each. A
// cluster bootstrap gives each row the multiplicity of its cluster; results are those of physically
// repeated rows.
//
// "The top k" of a score are its k highest groups. A tie that their edge cuts is broken at random,
// in either score on its own, and results are the mean over all ways to do so: a group of the tie
// is in the top for the part of it that there is room for.
class RankPair {
 public:
  // Two finite scores of the same groups; up to 2^31 groups, weights included.
  RankPair(std::span<const double> a, std::span<const double> b);

  std::size_t size() const { return rows_.size(); }

  // Kendall's τ-b (Kendall 1945, doi:10.1093/biomet/33.3.239): pairs of groups in the same order
  // less those in opposite order, over the geometric mean of the pairs that a and that b tell
  // apart; 1 for the same order, 0 for none, −1 for the opposite. NaN when a or b tells no pair
  // apart. Knight's method (1966, doi:10.1080/01621459.1966.10480879), O(n log n): pairs in
  // opposite order are the exchanges that sorting by b takes after sorting by a. Counts are whole
  // numbers and rounded once.
  double tau_b(std::span<const std::uint32_t> weight = {}) const;

  // Share of the top k by a that is in the top k by b too; k is cut to the number of groups. NaN at
  // k = 0. Scores with a tie at the edge overlap with themselves by less than 1.
  double top_overlap(std::uint64_t k, std::span<const std::uint32_t> weight = {}) const;

  // Hand-offs that change when sales get the top k by b in place of the top k by a: groups of the
  // one top that are not in the other, as many as the other way round. k · (1 − top_overlap).
  double flipped(std::uint64_t k, std::span<const std::uint32_t> weight = {}) const;

 private:
  std::uint64_t top_size(std::uint64_t k, std::span<const std::uint32_t> weight) const;
  double in_both_tops(std::uint64_t k, std::span<const std::uint32_t> weight) const;

  // In rising order of (a, b, row). Ranks are dense: equal scores have one, the lowest 0.
  struct Row {
    std::uint32_t rank_a;
    std::uint32_t rank_b;
    std::uint32_t row;
  };
  std::vector<Row> rows_;
  std::uint32_t ranks_a_ = 0, ranks_b_ = 0;
};

// The same of groups that occur once each.
double kendall_tau_b(std::span<const double> a, std::span<const double> b);
double top_overlap(std::span<const double> a, std::span<const double> b, std::uint64_t k);
double flipped(std::span<const double> a, std::span<const double> b, std::uint64_t k);

}  // namespace rolecall
