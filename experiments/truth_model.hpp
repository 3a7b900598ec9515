#pragma once

#include <string>

#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// The truth of a generated world in the language of models: true role and type influences, cap,
// window and decay. A score under it, as of the day before the outcome, is the true score divided
// by the sum of the role influences, plus what machines and duplicate rows add.
// Throws InputError when the world has no truth; `source` names it.
Model truth_model(const World& world, const std::string& source);

// The model that a generated world comes with: what its vendor believes. Throws likewise.
Model vendor_model(const World& world, const std::string& source);

// A copy of `model` with activities, cap, window and decay of `from`.
Model with_activities_of(Model model, const Model& from);

}  // namespace rolecall
