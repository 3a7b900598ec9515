#pragma once

#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"
#include "sim/simulation.hpp"

namespace rolecall::sim {

// What the days so far come down to: docs/simulation.md defines every figure and table.
RunResult run_result(const Play& play, const LiveMemberships& memberships);

}  // namespace rolecall::sim
