#include "experiments/whole_number_auc.hpp"

#include <algorithm>

#include "core/sort.hpp"

namespace rolecall {
namespace {

constexpr std::uint64_t counted_scores = 1 << 17;

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
  // below_[k + 1] first counts the lost groups of score k; a running sum then gives those below.
  below_.resize(counted_scores + 2);  // 0 here, and again at the end
  lost_tail_.resize(lost.size());
  won_tail_.resize(won.size());
  const auto key = [low](Score score) { return static_cast<std::uint64_t>(score - low); };
  std::size_t tail = 0;
  std::uint64_t highest = 0;
  for (const Score score : lost) {
    const std::uint64_t k = key(score);
    const bool counted = k < counted_scores;
    lost_tail_[tail] = k;  // kept if it is not counted
    tail += !counted;
    ++below_[(counted ? k : counted_scores) + 1];
    highest = std::max(highest, counted ? k : 0);
  }
  lost_tail_.resize(tail);
  // Above the highest counted score all are below; scores there all read the same place.
  const std::uint64_t top = highest + 2;
  for (std::uint64_t k = 1; k <= top; ++k) below_[k] += below_[k - 1];
  below_[top] = below_[top - 1];
  tail = 0;
  std::int64_t half_wins = 0;
  for (const Score score : won) {
    const std::uint64_t k = key(score);
    const std::uint64_t place = std::min(k, highest + 1);
    won_tail_[tail] = k;
    tail += k >= counted_scores;
    half_wins += std::int64_t{below_[place]} + below_[place + 1];
  }
  won_tail_.resize(tail);
  std::fill_n(below_.begin(), top + 1, 0);
  below_.back() = 0;
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
