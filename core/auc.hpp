#pragma once

#include <cstdint>
#include <span>

namespace rolecall {

// The chance that a won item scores above a lost one, a tie counting half: the Mann–Whitney
// statistic (Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747). Does not depend on the
// order of the items. NaN unless some are won and some lost. Scores must be finite.
double area_under_curve(std::span<const double> score, std::span<const std::uint8_t> won);

}  // namespace rolecall
