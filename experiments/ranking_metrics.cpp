#include "experiments/ranking_metrics.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace rolecall {
namespace {

constexpr std::uint32_t last_bit = 1;
constexpr std::uint32_t won_bit = 2;
constexpr unsigned unit_shift = 2;

// Lift at each of lift_percents while the rows pass by. Counts are in hundredths of a group, where
// the size of the top is a whole number.
class LiftCurve {
 public:
  explicit LiftCurve(const OutcomeTally& total) : total_(total) { aim(); }

  // `above` are the groups of higher scores, `block` those of the next score.
  void pass(const OutcomeTally& above, const OutcomeTally& block) {
    while (100 * (above.groups() + block.groups()) >= top_) {
      const double cut = static_cast<double>(top_ - 100 * above.groups()) /
                         static_cast<double>(100 * block.groups());
      const double won = static_cast<double>(above.won) + cut * static_cast<double>(block.won);
      const double share = 100 * won / static_cast<double>(top_);
      lift_[next_++] =
          share * static_cast<double>(total_.groups()) / static_cast<double>(total_.won);
      aim();
    }
  }

  const std::array<double, 3>& lift() const { return lift_; }

 private:
  void aim() {
    top_ = next_ < lift_percents.size() ? total_.groups() * lift_percents[next_]
                                        : std::numeric_limits<std::int64_t>::max();
  }

  OutcomeTally total_;
  std::int64_t top_ = 0;
  std::size_t next_ = 0;
  std::array<double, 3> lift_{};
};

}  // namespace

Ranking::Ranking(const RankedGroups& ranked) : rows_(ranked.size()), unit_tally_(ranked.units) {
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const bool last = i + 1 == ranked.size() || ranked.score[i + 1] != ranked.score[i];
    rows_[i] =
        ranked.unit[i] << unit_shift | (ranked.won[i] != 0 ? won_bit : 0) | (last ? last_bit : 0);
    ++(ranked.won[i] != 0 ? unit_tally_[ranked.unit[i]].won : unit_tally_[ranked.unit[i]].lost);
  }
}

std::optional<RankingMetrics> Ranking::measure(std::span<const std::uint32_t> multiplicity) const {
  assert(multiplicity.size() == unit_tally_.size());
  OutcomeTally total;
  for (std::size_t u = 0; u < unit_tally_.size(); ++u) {
    total.won += multiplicity[u] * unit_tally_[u].won;
    total.lost += multiplicity[u] * unit_tally_[u].lost;
  }
  if (!total.has_both()) return std::nullopt;

  OutcomeTally above;
  OutcomeTally block;
  std::int64_t half_wins = 0;  // pairs in the right order count 2, ties 1
  double precision = 0;        // summed over won groups
  LiftCurve lift(total);
  for (const std::uint32_t row : rows_) {
    const std::int64_t weight = multiplicity[row >> unit_shift];
    const std::int64_t won = (row & won_bit) != 0 ? weight : 0;
    block.won += won;
    block.lost += weight - won;
    if ((row & last_bit) == 0) continue;
    half_wins += block.lost * (2 * above.won + block.won);
    lift.pass(above, block);
    above += block;
    precision += static_cast<double>(block.won) *
                 (static_cast<double>(above.won) /
                  static_cast<double>(std::max<std::int64_t>(above.groups(), 1)));
    block = {};
  }
  const auto won = static_cast<double>(total.won);
  return RankingMetrics{
      .auc = static_cast<double>(half_wins) / (2 * won * static_cast<double>(total.lost)),
      .pr_auc = precision / won,
      .lift = lift.lift()};
}

}  // namespace rolecall
