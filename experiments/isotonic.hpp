#pragma once

#include <span>
#include <vector>

#include "experiments/outcome_tally.hpp"

namespace rolecall {

// What became of the groups that scored alike.
struct ScoreTally {
  double score = 0;
  OutcomeTally tally;  // not empty
};

// A never falling step from scores to probabilities of winning.
class IsotonicCurve {
 public:
  struct Knot {
    double score;
    double probability;
    bool operator==(const Knot&) const = default;
  };

  // Knots of strictly rising score and never falling probability; at least one.
  explicit IsotonicCurve(std::vector<Knot> knots);

  // At a knot its probability; between two, linear in the score; beyond the ends, constant. (As
  // scikit-learn's IsotonicRegression with out_of_bounds="clip".)
  double operator()(double score) const;

  std::span<const Knot> knots() const { return knots_; }

 private:
  std::vector<Knot> knots_;
};

// The never falling curve nearest to the outcomes in least squares, which is also the likeliest
// one: pool adjacent violators (Ayer, Brunk, Ewing, Reid & Silverman 1955,
// doi:10.1214/aoms/1177728423). Pools compare as exact fractions, so that the curve does not depend
// on rounding. `tallies` in strictly rising order of score, not empty; at most 2^31 groups. Knots
// are the first and last score of each pool.
IsotonicCurve fit_isotonic(std::span<const ScoreTally> tallies);

}  // namespace rolecall
