#pragma once

#include <array>
#include <numeric>
#include <vector>

#include "experiments/audit/table.hpp"

namespace rolecall {

// One pass over the log: how many rows of which kind. Acts that people start are `own`.
struct LogCounts {
  std::array<double, 4> by_maker{};    // by RowMaker, duplicates not
  std::array<double, 7> by_weekday{};  // own, of people in no group: their days are evenly spread
  std::array<double, 24> by_hour{};    // own
  std::vector<double> own;             // by person
  std::vector<double> by_type;         // own, personas × types
  double duplicates = 0, late = 0, bot_days = 0, client_opens = 0, human_opens = 0;
  // Own acts of people in no group before which nothing happened for long, and whose next act is
  // one that they set off, so that it is their first: of each, whether it came within the mean
  // delay, and was of the same type.
  double first_children = 0, soon = 0, same_type = 0, same_type_asked = 0;

  double rows() const { return std::accumulate(by_maker.begin(), by_maker.end(), 0.); }
  double of(RowMaker maker) const { return by_maker[static_cast<std::size_t>(maker)]; }
};

LogCounts count_log(const Audited& a);

}  // namespace rolecall
