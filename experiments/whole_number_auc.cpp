#include "experiments/whole_number_auc.hpp"

#include <algorithm>

#include "core/sort.hpp"

namespace rolecall {
namespace {

// The table that counts takes 512 KB; for few groups clearing and adding it up would be most of the
// work.
std::uint64_t table_size(std::size_t groups) { return groups < 1 << 14 ? 1 << 11 : 1 << 17; }

// Of two sorted sets.
std::int64_t half_wins_of_sorted(const std::vector<std::uint64_t>& lost,
                                 const std::vector<std::uint64_t>& won) {
  std::int64_t half_wins = 0;
  std::size_t below = 0, not_above = 0;
  for (const std::uint64_t score : won) {
    while (below < lost.size() && lost[below] < score) ++below;
    not_above = std::max(not_above, below);
    while (not_above < lost.size() && lost[not_above] == score) ++not_above;
    half_wins += static_cast<std::int64_t>(below + not_above);
  }
  return half_wins;
}

}  // namespace

template <class Score>
std::int64_t HalfWins::of(std::span<const Score> lost, std::span<const Score> won,
                          std::int64_t low) {
  const std::uint64_t counted = table_size(lost.size());
  below_.resize(std::max<std::size_t>(below_.size(), counted + 2));  // 0 here, and again at the end
  lost_tail_.clear();
  won_tail_.clear();
  const auto key = [low](Score score) { return static_cast<std::uint64_t>(score - low); };

  // below_[k + 1] first counts the lost groups of score k; a running sum then gives those below.
  // Groups come a chunk at a time, as most chunks have no score beyond the table.
  constexpr std::size_t chunk = 512;
  std::uint64_t highest = 0;
  for (std::size_t begin = 0; begin < lost.size(); begin += chunk) {
    const std::span part = lost.subspan(begin, std::min(chunk, lost.size() - begin));
    Score most = part.front();
    for (const Score score : part) most = std::max(most, score);
    if (key(most) < counted) {
      for (const Score score : part) ++below_[key(score) + 1];
      highest = std::max(highest, key(most));
      continue;
    }
    for (const Score score : part) {
      const std::uint64_t k = key(score);
      if (k < counted) {
        ++below_[k + 1];
        highest = std::max(highest, k);
      } else {
        lost_tail_.push_back(k);
      }
    }
  }
  const std::uint64_t top = highest + 2;  // below_ has the same here and just before
  for (std::uint64_t k = 1; k <= top; ++k) below_[k] += below_[k - 1];

  std::int64_t half_wins = 0;
  for (const Score score : won) {
    const std::uint64_t k = key(score), place = std::min(k, highest + 1);
    half_wins += std::int64_t{below_[place]} + below_[place + 1];
    if (k >= counted) won_tail_.push_back(k);
  }
  std::fill_n(below_.begin(), top + 1, 0);
  if (lost_tail_.empty() || won_tail_.empty()) return half_wins;
  sort(lost_tail_);
  sort(won_tail_);
  return half_wins + half_wins_of_sorted(lost_tail_, won_tail_);
}

template std::int64_t HalfWins::of(std::span<const std::int32_t>, std::span<const std::int32_t>,
                                   std::int64_t);
template std::int64_t HalfWins::of(std::span<const std::int64_t>, std::span<const std::int64_t>,
                                   std::int64_t);

}  // namespace rolecall
