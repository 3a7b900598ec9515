#pragma once

#include "core/world.hpp"
#include "sim/play.hpp"

namespace rolecall::sim {

// What the vendor's database holds after the days so far, as facts of a world like any other:
// people who became known, with the titles they have now; groups that were made; memberships with
// their days; the activities of known people, machines' included; deals with the people who were
// members while they were open; the outcome of each group's last deal that closed, else open.
World recorded_world(const Play& play);

}  // namespace rolecall::sim
