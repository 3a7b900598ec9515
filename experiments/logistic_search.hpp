#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/candidate_judge.hpp"
#include "experiments/search_space.hpp"
#include "experiments/study_spec.hpp"

namespace rolecall {

// Weights that make outcomes likeliest, by logistic regression of the outcome on what each weight
// multiplies: log odds = intercept + scale · score. The scale is unknown, so that weights are known
// up to it; a score needs no more.
struct FittedWeights {
  Point point;
  // By parameter: its part of its family's sum, the standard error of that, and of the parameter's
  // own value; NaN for parameters that are not fitted.
  std::vector<double> share, share_error;
  double log_likelihood = 0;  // [nat]
  std::vector<std::string> warnings;
};

// Fits the role weightings and activity weights of a space at `point`, whose other parameters stay,
// on a part of the judge's groups. Where both are searched, in turns until the roles and then the
// activities were fitted three times. Where nothing of the space is a weight, the score as a whole
// is all that is fitted. Weights are scaled so that the largest is at the top of its range, or so
// that what is not searched keeps its weight. Errors are by the jackknife over account trees.
// Throws InputError when the score is no sum of weights.
FittedWeights fit_weights(CandidateJudge& judge, const SearchSpace& space, const Point& point,
                          std::size_t part, const StudySpec::Search& how,
                          const StudySpec::Constraints& constraints);

}  // namespace rolecall
