#pragma once

#include <vector>

#include "sim/outcome/run_tables.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"

namespace rolecall::sim {

// As kpi_list(); NaN where there is nothing to divide by.
std::vector<double> run_kpis(const Play& play, const LiveMemberships& memberships,
                             const std::vector<DatedForecast>& forecasts);

// A figure of the panel, added up over the days that count.
double counted_sum(const Play& play, Figure figure);

}  // namespace rolecall::sim
