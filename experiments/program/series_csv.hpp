#pragma once

#include <functional>
#include <string_view>

#include "results/series_file.hpp"

namespace rolecall::program {

// The series as CSV, RFC 4180: date, group_id or person_id, engagement; in order of id, then date;
// doubles in shortest round-trip form. Made by all threads a few megabytes at a time, which `write`
// gets in order.
void write_csv(const SeriesTable& series, const std::function<void(std::string_view)>& write);

}  // namespace rolecall::program
