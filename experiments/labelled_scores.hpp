#pragma once

#include "core/world.hpp"
#include "experiments/ranked_groups.hpp"
#include "scoring/score.hpp"

namespace rolecall {

enum class Judged : std::uint8_t { engagement, completeness };

// The scored groups that were won or lost, with the root of their account's tree. Groups whose
// completeness is undefined are left out when that is judged.
LabelledScores label(const World& world, const GroupScores& scores, Judged judged);

}  // namespace rolecall
