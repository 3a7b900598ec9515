#pragma once

#include <functional>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/predicate/subject.hpp"
#include "core/world.hpp"

namespace rolecall {

// Appends the people of a row as of a day, each once. Called by many threads at once.
using PeopleOf = std::function<void(std::uint32_t row, Day as_of, std::vector<std::uint32_t>&)>;

// count(activity, last N days) and days_since(activity or day) over what the people of each row
// did, up to and on the as-of day. The activity is a name, a list of names, or * for any; without
// `last`, all of the past counts. days_since is missing where there was none.
// `subject` gives the days that days_since may be asked of.
std::vector<SubjectFunction> history_functions(
    const World& world, const DayBoundary& boundary, PeopleOf people,
    std::function<std::shared_ptr<const Subject>()> subject);

}  // namespace rolecall
