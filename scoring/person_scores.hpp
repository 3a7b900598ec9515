#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/exact.hpp"
#include "scoring/person_totals.hpp"

namespace rolecall {

// The square root that keeps the sign: −√|v| for negative v.
inline double signed_sqrt(double v) { return std::copysign(std::sqrt(std::abs(v)), v); }

// The lowest and highest of some values, and how the readings map values between them to 0 … 100.
struct Extent {
  double low = 0, high = 0;
  bool any = false;

  void add(double v) {
    low = any ? std::min(low, v) : v;
    high = any ? std::max(high, v) : v;
    any = true;
  }
  void add(const Extent& other) {
    if (other.any) add(other.low), add(other.high);
  }

  double scaled(double v, Readings::Scaling how) const {
    if (how == Readings::Scaling::none) return v;
    const double base = how == Readings::Scaling::max ? 0 : low;
    if (high - base <= 1e-12 * std::abs(high)) return v == 0 ? 0 : 100;
    return 100 * (v - base) / (high - base);
  }
};

// People's scores after the person transform and person scaling, for readings that have them.
// Scaling runs over all (person, as-of day) pairs that share a creation bound.
template <class Sum>
class PersonScores {
 public:
  PersonScores(const PersonTotals<Sum>& totals, const Readings& readings,
               const std::vector<Moment>& moments, std::size_t people);

  double at(PersonId person, std::size_t moment) const {
    return extents_[moment].scaled(transformed(person, moment), readings_.person_scaling);
  }

  // Before scaling.
  double transformed(PersonId person, std::size_t moment) const {
    const Sum total = totals_.at(person, moment);
    double v;
    if constexpr (std::is_same_v<Sum, double>)
      v = total;
    else
      v = rounded_ratio(total, totals_.denominator(moment));
    return readings_.person_transform == Readings::Transform::sqrt ? signed_sqrt(v) : v;
  }

  // What scaling looked at.
  const Extent& extent(std::size_t moment) const { return extents_[moment]; }

 private:
  const PersonTotals<Sum>& totals_;
  const Readings& readings_;
  std::vector<Extent> extents_;  // by moment; those of one creation bound are the same
};

}  // namespace rolecall
