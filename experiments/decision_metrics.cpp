#include "experiments/decision_metrics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "core/portable_math.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double discount(std::int64_t rank) {
  return portable_log(2) / portable_log(static_cast<double>(rank) + 1);
}

// The sum of the discounts of the ranks up to one that never falls.
class Discounts {
 public:
  explicit Discounts(std::span<const double> known) : known_(known) {}

  // Up to a rank, a part of the next one's discount for a fraction included.
  double up_to(double rank) {
    for (; static_cast<double>(whole_ + 1) <= rank; ++whole_) sum_ += of(whole_ + 1);
    const double part = rank - static_cast<double>(whole_);
    return part > 0 ? sum_ + part * of(whole_ + 1) : sum_;
  }

 private:
  double of(std::int64_t rank) const {
    const auto at = static_cast<std::size_t>(rank - 1);
    return at < known_.size() ? known_[at] : discount(rank);
  }

  std::span<const double> known_;
  std::int64_t whole_ = 0;
  double sum_ = 0;
};

// How many groups a share of n is. Whole where only the rounding of share · n keeps it from that,
// so that no sliver of a group lowers the threshold.
double top_of(double share, double n) {
  const double top = share * n;
  const double whole = std::round(top);
  return std::abs(top - whole) < 1e-12 * n ? whole : top;
}

// Groups handed off, and the won among them; fractions where the edge cuts a tie.
struct Handed {
  double groups = 0;
  double won = 0;
};

HandOffPoint point_of(const HandOff& hand_off, const OutcomeTally& total, const Handed& handed,
                      double share, double threshold) {
  const auto n = static_cast<double>(total.groups());
  return {.share = share,
          .threshold = threshold,
          .precision = handed.groups > 0 ? handed.won / handed.groups : nan,
          .recall = total.won > 0 ? handed.won / static_cast<double>(total.won) : nan,
          .profit = (hand_off.value_won * handed.won - hand_off.cost * handed.groups) / n};
}

// The top when it ends within a block of equal scores, or at its end.
Handed cut(const OutcomeTally& above, const OutcomeTally& block, double top) {
  const double part =
      (top - static_cast<double>(above.groups())) / static_cast<double>(block.groups());
  return {top, static_cast<double>(above.won) + part * static_cast<double>(block.won)};
}

}  // namespace

DecisionRanking::DecisionRanking(std::span<const double> score, std::span<const std::uint8_t> won)
    : rows_(score.size()), discount_(score.size()) {
  assert(won.size() == score.size());
  assert(std::ranges::all_of(score, [](double s) { return std::isfinite(s); }));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i] = {score[i], static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(won[i] != 0)};
    discount_[i] = discount(static_cast<std::int64_t>(i) + 1);
  }
  std::ranges::sort(rows_, [](const Row& a, const Row& b) {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
  });
}

template <class Visit>
void DecisionRanking::walk(std::span<const std::uint32_t> weight, const Visit& visit) const {
  assert(weight.empty() || weight.size() == rows_.size());
  OutcomeTally block;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    (row.won != 0 ? block.won : block.lost) += weight.empty() ? 1 : weight[row.row];
    if (i + 1 < rows_.size() && rows_[i + 1].score == row.score) continue;
    if (block.groups() > 0 && !visit(row.score, block)) return;
    block = {};
  }
}

OutcomeTally DecisionRanking::total(std::span<const std::uint32_t> weight) const {
  OutcomeTally sum;
  for (const Row& row : rows_)
    (row.won != 0 ? sum.won : sum.lost) += weight.empty() ? 1 : weight[row.row];
  return sum;
}

std::optional<double> DecisionRanking::ndcg(double share,
                                            std::span<const std::uint32_t> weight) const {
  assert(share > 0 && share <= 1);
  const OutcomeTally all = total(weight);
  if (all.won == 0) return std::nullopt;
  const double top = top_of(share, static_cast<double>(all.groups()));
  Discounts discounts(discount_);
  OutcomeTally above;
  double gain = 0, before = 0;
  walk(weight, [&](double, const OutcomeTally& block) {
    above += block;
    const double after = discounts.up_to(std::min(top, static_cast<double>(above.groups())));
    gain += (after - before) * static_cast<double>(block.won) / static_cast<double>(block.groups());
    before = after;
    return static_cast<double>(above.groups()) < top;
  });
  return gain / Discounts(discount_).up_to(std::min(top, static_cast<double>(all.won)));
}

DecisionRanking::NdcgAndProfit DecisionRanking::ndcg_and_profit(
    const HandOff& hand_off, std::span<const std::uint32_t> weight) const {
  const OutcomeTally all = total(weight);
  if (all.groups() == 0) return {nan, nan};
  const auto n = static_cast<double>(all.groups());
  const double top = top_of(hand_off.capacity, n);
  Discounts discounts(discount_);
  OutcomeTally above;
  Handed handed;
  double gain = 0, before = 0;
  walk(weight, [&](double, const OutcomeTally& block) {
    if (static_cast<double>(above.groups()) < top) {
      const double end = static_cast<double>(above.groups() + block.groups());
      handed = cut(above, block, std::min(top, end));
    }
    above += block;
    const double after = discounts.up_to(static_cast<double>(above.groups()));
    gain += (after - before) * static_cast<double>(block.won) / static_cast<double>(block.groups());
    before = after;
    return true;
  });
  const double ideal = Discounts(discount_).up_to(static_cast<double>(all.won));
  return {all.won > 0 ? gain / ideal : nan,
          (hand_off.value_won * handed.won - hand_off.cost * handed.groups) / n};
}

std::vector<HandOffPoint> DecisionRanking::curve(const HandOff& hand_off,
                                                 std::span<const double> shares,
                                                 std::span<const std::uint32_t> weight) const {
  assert(std::ranges::is_sorted(shares));
  assert(shares.empty() || (shares.front() >= 0 && shares.back() <= 1));
  const OutcomeTally all = total(weight);
  std::vector<HandOffPoint> points;
  if (all.groups() == 0) return points;
  const auto n = static_cast<double>(all.groups());
  for (; points.size() < shares.size() && shares[points.size()] <= 0;)
    points.push_back(point_of(hand_off, all, {}, 0, infinity));
  OutcomeTally above;
  walk(weight, [&](double score, const OutcomeTally& block) {
    const auto end = static_cast<double>(above.groups() + block.groups());
    while (points.size() < shares.size() && top_of(shares[points.size()], n) <= end) {
      const double share = shares[points.size()];
      points.push_back(point_of(hand_off, all, cut(above, block, top_of(share, n)), share, score));
    }
    above += block;
    return points.size() < shares.size();
  });
  return points;
}

double DecisionRanking::profit(const HandOff& hand_off,
                               std::span<const std::uint32_t> weight) const {
  const auto points = curve(hand_off, {&hand_off.capacity, 1}, weight);
  return points.empty() ? nan : points.front().profit;
}

std::optional<HandOffPoint> DecisionRanking::best(const HandOff& hand_off,
                                                  std::span<const std::uint32_t> weight) const {
  assert(hand_off.capacity >= 0 && hand_off.capacity <= 1);
  const OutcomeTally all = total(weight);
  if (all.groups() == 0) return std::nullopt;
  const auto n = static_cast<double>(all.groups());
  const double room = top_of(hand_off.capacity, n);
  HandOffPoint best = point_of(hand_off, all, {}, 0, infinity);
  OutcomeTally above;
  walk(weight, [&](double score, const OutcomeTally& block) {
    const double top = std::min(room, static_cast<double>(above.groups() + block.groups()));
    if (top <= static_cast<double>(above.groups())) return false;
    const HandOffPoint point = point_of(hand_off, all, cut(above, block, top),
                                        std::min(top / n, hand_off.capacity), score);
    if (point.profit > best.profit) best = point;
    above += block;
    return true;
  });
  return best;
}

std::vector<double> even_shares(std::size_t steps) {
  assert(steps > 0);
  std::vector<double> shares(steps + 1);
  for (std::size_t i = 0; i <= steps; ++i)
    shares[i] = static_cast<double>(i) / static_cast<double>(steps);
  return shares;
}

}  // namespace rolecall
