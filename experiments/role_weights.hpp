#pragma once

#include <string>
#include <vector>

#include "core/progress.hpp"
#include "core/world.hpp"
#include "experiments/study_spec.hpp"
#include "results/study_file.hpp"

namespace rolecall {

struct RoleWeightsResult {
  StudyRecord record;
  std::vector<std::string> warnings;
};

// Searches the role weights under which engagement best tells won from lost.
//
// Account trees are dealt to two halves. On the train half every candidate gets its AUC and that
// of each bootstrap replicate; the best of the search is what was found, and the best of each
// replicate gives the intervals of its weights. On the test half, which the search never saw, the
// found model is compared with the base model and, where it is known, with the truth; gains are
// paired by replicate.
//
// Linear readings make this cheap: roles add Σ_c weighting_c · x_gc, so a candidate is one product
// over a table of groups × roles. Throws InputError when the model does not fit (see
// score_by_role), or groups with outcomes are too few to halve.
RoleWeightsResult run_role_weights(const StudySpec& spec, const World& world, Progress* progress);

}  // namespace rolecall
