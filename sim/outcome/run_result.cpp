#include "sim/outcome/run_result.hpp"

#include "core/profile.hpp"
#include "sim/outcome/run_kpis.hpp"
#include "sim/outcome/run_tables.hpp"

namespace rolecall::sim {

RunResult run_result(const Play& play, const LiveMemberships& memberships) {
  const Phase phase("results");
  const std::vector<DatedForecast> forecasts = forecasts_of(play);
  return {run_kpis(play, memberships, forecasts),
          {panel_table(play), deal_table(play), event_table(play), occupancy_table(play),
           alignment_table(play), lag_table(play), coverage_gap_table(play),
           forecast_table(play, forecasts), solution_table(play), tree_table(play),
           persona_table(play), channel_table(play)}};
}

}  // namespace rolecall::sim
