#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/interval.hpp"

namespace rolecall::sim {

// How long something was watched, and whether it ended by itself: a deal from its opening to its
// close, or to the day on which the run ended with the deal still open (censored).
struct Spell {
  double duration = 0;  // [day], 0 or more and finite
  bool closed = false;
};

// How many last beyond a day, when some are still open: Kaplan & Meier 1958,
// doi:10.1080/01621459.1958.10501452. Over the distinct durations t_i of closed spells, with d_i
// that close at t_i and n_i of t_i or more, closed or not,
//
//   S(t) = Π over t_i ≤ t of (1 − d_i/n_i).
//
// A spell censored on the day on which others close was at risk that day. Censoring must say
// nothing of when the spell would have closed. Beyond follow_up() S stays as it is (Gill 1980),
// although nothing was seen there. Without spells every figure is NaN.
class SurvivalCurve {
 public:
  explicit SurvivalCurve(std::span<const Spell> spells);

  // S(t), the share that lasts longer than t [day].
  double beyond(double t) const { return level(steps_before(t, true)); }

  // S just before t, the share that lasts t [day] or longer.
  double reaching(double t) const { return level(steps_before(t, false)); }

  // beyond(t) and reaching(t) with their intervals of a confidence in (0, 1): symmetric in
  // log(−log S) (Kalbfleisch & Prentice 2002, doi:10.1002/9781118032985, §1.4), hence in [0, 1].
  // Bounds are NaN where S is 1 or 0, which have no standard error.
  Interval beyond(double t, double confidence) const;
  Interval reaching(double t, double confidence) const;

  // Of beyond(t): S·√(Σ d_i/(n_i·(n_i − d_i))), Greenwood 1926. 0 where S is 1, NaN where it is 0.
  double standard_error(double t) const;

  // The first t [day] with S(t) ≤ 1 − p, p in (0, 1); infinity when S stays above.
  double quantile(double p) const;
  double median() const { return quantile(.5); }

  // The longest duration [day], closed or not; NaN without spells.
  double follow_up() const { return follow_up_; }

  struct Step {
    double time = 0;  // [day]
    std::size_t at_risk = 0;
    std::size_t closed = 0;
    double survival = 1;   // from here on
    double greenwood = 0;  // Σ d/(n·(n − d)) up to here; infinity where all are closed
  };
  std::span<const Step> steps() const { return steps_; }

 private:
  std::size_t steps_before(double t, bool inclusive) const;
  double level(std::size_t steps) const;
  Interval interval(std::size_t steps, double confidence) const;

  std::vector<Step> steps_;
  double follow_up_ = 0;
};

// The share of spells that end in one way rather than another, of those that end while they are
// watched: Σ S(t_i−)·w_i/n_i over Σ S(t_i−)·d_i/n_i, where w_i of the d_i that close at t_i end
// that way (Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141). Where nothing is
// censored this is the plain share; otherwise the plain one leans to the way that is quick. NaN
// where none closes. `that_way` has a value for each spell, which counts where the spell is closed.
double share_of_ends(std::span<const Spell> spells, std::span<const std::uint8_t> that_way);

}  // namespace rolecall::sim
