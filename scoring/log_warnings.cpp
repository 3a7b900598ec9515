#include "scoring/log_warnings.hpp"

namespace rolecall {

void warn_of_log(const ActivityIndex& index, const BoundModel& bound,
                 std::vector<std::string>& warnings) {
  if (index.size() == 0) warnings.emplace_back("the world has no activities.");
  // The zone tables that the system carries end there, and repeat their last offset after it.
  else if (!bound.boundary.is_utc() && index.last_day >= *parse_day("2038-01-01"))
    warnings.emplace_back(
        "activities after 2037 are given days by the zone's last known offset, without daylight "
        "saving.");
}

}  // namespace rolecall
