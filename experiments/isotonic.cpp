#include "experiments/isotonic.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace rolecall {
namespace {

struct Pool {
  double first_score;
  double last_score;
  OutcomeTally tally;
};

bool violates(const OutcomeTally& lower, const OutcomeTally& higher) {
  return lower.won * higher.groups() >= higher.won * lower.groups();
}

}  // namespace

IsotonicCurve::IsotonicCurve(std::vector<Knot> knots) : knots_(std::move(knots)) {
  assert(!knots_.empty());
}

double IsotonicCurve::operator()(double score) const {
  const auto above = std::ranges::upper_bound(knots_, score, {}, &Knot::score);
  if (above == knots_.begin()) return knots_.front().probability;
  const Knot& low = *(above - 1);
  if (above == knots_.end() || low.probability == above->probability) return low.probability;
  const double width = above->score - low.score;
  const double along = std::isfinite(width)
                           ? (score - low.score) / width
                           : (score / 2 - low.score / 2) / (above->score / 2 - low.score / 2);
  return std::clamp(low.probability + along * (above->probability - low.probability),
                    low.probability, above->probability);
}

IsotonicCurve fit_isotonic(std::span<const ScoreTally> tallies) {
  std::vector<Pool> pools;
  for (const ScoreTally& next : tallies) {
    Pool pool{next.score, next.score, next.tally};
    while (!pools.empty() && violates(pools.back().tally, pool.tally)) {
      pool.first_score = pools.back().first_score;
      pool.tally += pools.back().tally;
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  std::vector<IsotonicCurve::Knot> knots;
  for (const Pool& pool : pools) {
    const double probability =
        static_cast<double>(pool.tally.won) / static_cast<double>(pool.tally.groups());
    knots.push_back({pool.first_score, probability});
    if (pool.last_score != pool.first_score) knots.push_back({pool.last_score, probability});
  }
  return IsotonicCurve(std::move(knots));
}

}  // namespace rolecall
