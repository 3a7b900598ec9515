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

// All metrics while the groups pass by, score by score, the highest first.
class Walk {
 public:
  explicit Walk(const OutcomeTally& total) : total_(total), lift_(total) {}

  // The groups of the next score.
  void pass(const OutcomeTally& block) {
    half_wins_ += block.lost * (2 * above_.won + block.won);
    lift_.pass(above_, block);
    above_ += block;
    precision_ += static_cast<double>(block.won) *
                  (static_cast<double>(above_.won) /
                   static_cast<double>(std::max<std::int64_t>(above_.groups(), 1)));
  }

  RankingMetrics metrics() const {
    const auto won = static_cast<double>(total_.won);
    return {.auc = static_cast<double>(half_wins_) / (2 * won * static_cast<double>(total_.lost)),
            .pr_auc = precision_ / won,
            .lift = lift_.lift()};
  }

 private:
  OutcomeTally total_, above_;
  std::int64_t half_wins_ = 0;  // pairs in the right order count 2, ties 1
  double precision_ = 0;        // summed over won groups
  LiftCurve lift_;
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

  Walk walk(total);
  OutcomeTally block;
  for (const std::uint32_t row : rows_) {
    const std::int64_t weight = multiplicity[row >> unit_shift];
    const std::int64_t won = (row & won_bit) != 0 ? weight : 0;
    block.won += won;
    block.lost += weight - won;
    if ((row & last_bit) == 0) continue;
    walk.pass(block);
    block = {};
  }
  return walk.metrics();
}

RankingMetrics measure_sorted(std::span<const std::uint64_t> keys) {
  OutcomeTally total;
  for (const std::uint64_t key : keys) ++((key & 1) != 0 ? total.won : total.lost);
  assert(total.has_both());
  Walk walk(total);
  OutcomeTally block;
  for (std::size_t i = keys.size(); i-- > 0;) {
    ++((keys[i] & 1) != 0 ? block.won : block.lost);
    if (i > 0 && keys[i - 1] >> 1 == keys[i] >> 1) continue;
    walk.pass(block);
    block = {};
  }
  return walk.metrics();
}

}  // namespace rolecall
