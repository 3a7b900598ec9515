#pragma once

#include <string>

#include "core/world.hpp"
#include "experiments/ranked_groups.hpp"
#include "scoring/score.hpp"

namespace rolecall {

enum class Judged : std::uint8_t { engagement, completeness };

// The scored groups that were won or lost, with the root of their account's tree. Groups whose
// completeness is undefined are left out when that is judged.
LabelledScores label(const World& world, const GroupScores& scores, Judged judged);

// What to say of groups that were scored after the day of their outcome, when a score may have seen
// it; empty when there are none.
std::string hindsight_warning(const World& world, const GroupScores& scores);

}  // namespace rolecall
