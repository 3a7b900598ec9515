#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.hpp"
#include "core/world.hpp"
#include "generators/synthetic/population.hpp"
#include "generators/synthetic/rates.hpp"
#include "generators/world_spec.hpp"

// What people and machines do: the activity log.
namespace rolecall::synthetic {

struct Stream {
  ActivityLog log;  // its types by TypeOrder, whether or not they occurred
  std::vector<std::uint8_t> origin;
  std::vector<std::uint64_t> late_rows;
  std::vector<Timestamp> late_arrivals;
};

Stream make_stream(const WorldSpec& spec, const Staff& staff, const Rates& rates,
                   const WeekClock& clock, Progress& progress);

}  // namespace rolecall::synthetic
