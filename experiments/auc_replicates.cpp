#include "experiments/auc_replicates.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "experiments/bootstrap.hpp"

namespace rolecall {

AucReplicates::AucReplicates(std::vector<std::uint8_t> won, std::span<const std::uint32_t> tree,
                             std::size_t replicates, std::uint64_t seed)
    : won_(std::move(won)), columns_(replicates + 1) {
  ResamplingUnits units = units_of(tree);
  unit_ = std::move(units.of_group);
  units_ = units.count;
  multiplicity_.assign(units_ * columns_, 1);
  parallel::for_each(replicates, [&](std::size_t r) {
    std::vector<std::uint32_t> drawn(units_);
    draw_multiplicity(seed, r, drawn);
    for (std::size_t u = 0; u < units_; ++u) {
      assert(drawn[u] <= UINT16_MAX);
      multiplicity_[u * columns_ + r + 1] = static_cast<std::uint16_t>(drawn[u]);
    }
  });
}

std::size_t AucReplicates::won() const {
  return static_cast<std::size_t>(std::ranges::count_if(won_, [](auto w) { return w != 0; }));
}

std::vector<double> AucReplicates::measure(std::span<const double> score) const {
  assert(score.size() == won_.size());
  std::vector<std::uint32_t> order(won_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return score[a] != score[b] ? score[a] < score[b] : a < b;
  });
  // Whole numbers below 2^53, in doubles: exact, and fast to add.
  std::vector<double> lost_below(columns_, 0), won(columns_, 0), half_wins(columns_, 0),
      tied_won(columns_, 0), tied_lost(columns_, 0);
  const auto add = [&](std::vector<double>& sum, std::uint32_t group) {
    const std::uint16_t* const counts = multiplicity_.data() + unit_[group] * columns_;
    for (std::size_t c = 0; c < columns_; ++c) sum[c] += counts[c];
  };
  for (std::size_t i = 0; i < order.size();) {
    const double level = score[order[i]];
    const bool alone = i + 1 == order.size() || score[order[i + 1]] != level;
    if (alone) {  // the usual case, in one pass
      const std::uint32_t group = order[i++];
      if (won_[group] == 0) {
        add(lost_below, group);
        continue;
      }
      const std::uint16_t* const counts = multiplicity_.data() + unit_[group] * columns_;
      for (std::size_t c = 0; c < columns_; ++c) {
        half_wins[c] += 2 * lost_below[c] * counts[c];
        won[c] += counts[c];
      }
      continue;
    }
    std::ranges::fill(tied_won, 0);
    std::ranges::fill(tied_lost, 0);
    for (; i < order.size() && score[order[i]] == level; ++i)
      add(won_[order[i]] != 0 ? tied_won : tied_lost, order[i]);
    for (std::size_t c = 0; c < columns_; ++c) {
      half_wins[c] += tied_won[c] * (2 * lost_below[c] + tied_lost[c]);
      lost_below[c] += tied_lost[c];
      won[c] += tied_won[c];
    }
  }
  std::vector<double> auc(columns_);
  for (std::size_t c = 0; c < columns_; ++c)
    auc[c] = won[c] > 0 && lost_below[c] > 0 ? half_wins[c] / (2 * won[c] * lost_below[c])
                                             : std::numeric_limits<double>::quiet_NaN();
  return auc;
}

}  // namespace rolecall
