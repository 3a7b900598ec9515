#pragma once

#include <vector>

#include "core/activity_index.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/model.hpp"

// Scores that anybody could make in an afternoon: a tuned model has to beat them.
namespace rolecall {

// Every activity that the model names counts one, and every role alike, capped as in the model.
Model one_weight_for_all(const Model& model);

// The same without a cap.
Model raw_totals(const Model& model);

// Days on which members did anything in the model's window, added up over members; by group, in the
// order of score(). Not in the language of models: a cap of one a day would count each type.
std::vector<double> active_days(const World& world, const ActivityIndex& index, const Model& model,
                                const AsOf& as_of);

}  // namespace rolecall
