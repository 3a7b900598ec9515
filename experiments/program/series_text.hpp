#pragma once

#include <span>
#include <string>

#include "results/series_file.hpp"

namespace rolecall::program {

// The top rows of a series by the last day's engagement, for people: first, last, change, highest
// and its day, and the course as a sparkline; a terminal's `width`.
std::string to_text(const SeriesTable& series, std::size_t top, std::size_t width);

// Blocks from ▁ (0, or the lowest when that is below) to █ (the highest), `width` of them or fewer:
// where several days share one, their highest.
std::string sparkline(std::span<const double> values, std::size_t width);

}  // namespace rolecall::program
