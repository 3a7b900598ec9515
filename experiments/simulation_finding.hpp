#pragma once

#include <string>
#include <string_view>

#include "core/interval.hpp"
#include "experiments/simulation_tables.hpp"

namespace rolecall {

// Which arm a simulation finds to be the best.
struct SimulationFinding {
  std::string best_arm;  // of those that know no more than a vendor does; the first, if none has it
  Interval mean;         // of the KPI in that arm; NaN where no arm has it
  std::string text;      // a line, and a second that compares the arm with another, if there is one
};

// The arm whose mean of a KPI over replicates is the largest, against the first arm; where that is
// the first, against the next best. Differences are taken seed by seed. Throws InputError for a KPI
// that there is not.
SimulationFinding finding_of(const SimulatedArms& of, std::string_view kpi);

}  // namespace rolecall
