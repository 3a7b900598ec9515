#pragma once

#include "generators/synthetic/purchases.hpp"
#include "generators/synthetic/rates.hpp"
#include "generators/synthetic/streams.hpp"
#include "generators/world_spec.hpp"

// How purchases end: by what their people did.
namespace rolecall::synthetic {

// The true score of each group as of the day before its decision, NaN when it is open. See Truth.
std::vector<double> true_scores(const WorldSpec& spec, const Buying& buying, const Stream& stream);

struct Decisions {
  double intercept = 0, slope = 0, ceiling_auc = 0;
  std::vector<double> probability;
  Outcomes outcomes;
};
Decisions decide(const WorldSpec& spec, const Buying& buying, const std::vector<double>& scores);

}  // namespace rolecall::synthetic
