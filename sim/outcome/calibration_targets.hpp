#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace rolecall::sim {

// What a figure of a simulation should be in the mean over seeds.
struct CalibrationTarget {
  std::string_view kpi;       // of kpi_list()
  std::string_view scenario;  // by name; empty: every one that has none of its own
  double low = 0, high = 0;   // met within, ends included
  std::string_view source;

  bool is_met(double value) const { return value >= low && value <= high; }
};

// All of them, in the order in which they are told.
std::span<const CalibrationTarget> calibration_targets();

// Those that hold for a scenario: of each figure its own, or that of all.
std::vector<CalibrationTarget> targets_of(std::string_view scenario);

}  // namespace rolecall::sim
