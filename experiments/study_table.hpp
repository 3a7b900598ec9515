#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/study_metrics.hpp"
#include "results/study_file.hpp"
#include "results/table_builder.hpp"

namespace rolecall {

// A figure of the summary, and the ends of its interval under its name with _low and _high.
inline void put_interval(std::vector<std::pair<std::string, AttributeValue>>& summary,
                         const std::string& name, const Interval& v) {
  summary.emplace_back(name, v.value);
  summary.emplace_back(name + "_low", v.low);
  summary.emplace_back(name + "_high", v.high);
}

}  // namespace rolecall
