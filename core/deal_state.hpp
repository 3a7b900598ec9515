#pragma once

#include <string_view>

#include "core/day_boundary.hpp"
#include "core/world.hpp"

// Where a deal stood at the end of a day.
namespace rolecall {

// The detail of its last event of a type on or before the day; empty when there is none.
std::string_view last_detail(const DealEvents& events, std::size_t deal, std::string_view type,
                             Day day, DayBoundary& boundary);

// Whether a deal closed after a day, so that what is recorded of its end was not known yet.
bool closes_after(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary);

// The stage of its last "stage" event by then. Of a deal without such events the stage recorded:
// from the day it closed on, or all along when it has not closed. Else empty: not known.
std::string_view stage_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary);
// Likewise its pipeline; one that is recorded and never changed was its pipeline all along.
std::string_view pipeline_on(const World& world, std::size_t deal, Day day, DayBoundary& boundary);

// The value recorded, which is what it closed with: NaN on days before it closed.
double value_on(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary);

// What is recorded, but open on days before it closed.
Outcome outcome_on(const Deals& deals, std::size_t deal, Day day, DayBoundary& boundary);

// Since when it is in the stage of that day: the first of the "stage" events that name it without
// another between; without such events the day it closed, else the day it opened. Missing when the
// stage, or the day, is not known.
Timestamp in_stage_since(const World& world, std::size_t deal, Day day, DayBoundary& boundary);

}  // namespace rolecall
