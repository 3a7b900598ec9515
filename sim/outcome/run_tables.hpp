#pragma once

#include <array>
#include <string>
#include <vector>

#include "results/table_builder.hpp"
#include "sim/measures/forecast.hpp"
#include "sim/play.hpp"
#include "sim/seller/live_memberships.hpp"

// The tables of a run: docs/simulation.md says what they mean.
namespace rolecall::sim {

// As tables call the states of the funnel, the stages of the journey, and the channels.
inline constexpr std::array<const char*, funnel_states> funnel_names{
    "none", "awareness", "interest", "consideration", "intent", "evaluation", "purchase", "lost"};
inline constexpr std::array<const char*, journey_stages + 1> stage_names{
    "not in market", "problem",    "exploration", "requirements",
    "selection",     "validation", "consensus"};
inline constexpr std::array<const char*, channels> channel_names{"start", "form", "paid social",
                                                                 "enrichment", "sales"};

// A date, or nothing for a day below 0.
std::string date_text(const Play& play, std::int32_t day);
std::vector<std::string> personas_of(const Play& play);

// Of days and events.
StudyTable panel_table(const Play& play);
StudyTable event_table(const Play& play);

// Of buyers and what the seller knows of them.
StudyTable occupancy_table(const Play& play);
StudyTable alignment_table(const Play& play);
StudyTable lag_table(const Play& play);
StudyTable coverage_gap_table(const Play& play);

// Of deals.
StudyTable deal_table(const Play& play);

// What the funnel promised on every 30th day, from the 90th after the burn-in on, by the win rates
// of deals closed until then.
struct DatedForecast {
  std::int32_t day = 0;
  Forecast forecast;
};
std::vector<DatedForecast> forecasts_of(const Play& play);
StudyTable forecast_table(const Play& play, const std::vector<DatedForecast>& forecasts);

// By what groups and people are of.
StudyTable solution_table(const Play& play);
StudyTable tree_table(const Play& play);
StudyTable persona_table(const Play& play);
StudyTable channel_table(const Play& play);

}  // namespace rolecall::sim
