#pragma once

#include <string>
#include <vector>

#include "core/activity_index.hpp"
#include "scoring/bound_model.hpp"

namespace rolecall {

// Appends what is odd about a log under a model, whatever the day: nothing happened, or the days of
// its zone are guesses.
void warn_of_log(const ActivityIndex& index, const BoundModel& bound,
                 std::vector<std::string>& warnings);

}  // namespace rolecall
