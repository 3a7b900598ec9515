#include "core/auc.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace rolecall {

double area_under_curve(std::span<const double> score, std::span<const std::uint8_t> won) {
  std::vector<std::pair<double, bool>> items;
  items.reserve(score.size());
  for (std::size_t i = 0; i < score.size(); ++i) items.emplace_back(score[i], won[i] != 0);
  std::ranges::sort(items);
  std::int64_t lost_below = 0, wins = 0, half_wins = 0;  // pairs in the right order count 2, ties 1
  for (std::size_t i = 0; i < items.size();) {
    std::int64_t tied_won = 0, tied_lost = 0;
    for (const double level = items[i].first; i < items.size() && items[i].first == level; ++i)
      ++(items[i].second ? tied_won : tied_lost);
    half_wins += tied_won * (2 * lost_below + tied_lost);
    lost_below += tied_lost;
    wins += tied_won;
  }
  if (wins == 0 || lost_below == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(half_wins) /
         (2 * static_cast<double>(wins) * static_cast<double>(lost_below));
}

}  // namespace rolecall
