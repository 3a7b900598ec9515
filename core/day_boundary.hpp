#pragma once

#include <string>
#include <string_view>

#include "core/timestamp.hpp"

namespace date {
class time_zone;
}

namespace rolecall {

// Where one day ends and the next begins: UTC, or the civil days of an IANA zone. A clock of this
// kind remembers the zone's last offset, so give each task its own copy.
class DayBoundary {
 public:
  DayBoundary() = default;  // UTC

  // Throws UnknownTimeZone when the machine's zone database has no such name.
  explicit DayBoundary(std::string_view iana_name);

  // The day that a timestamp falls on; a date alone is that day in every zone.
  Day day_of(Timestamp timestamp) {
    if (zone_ == nullptr || timestamp.is_date_only()) return timestamp.utc_day();
    const Instant t = timestamp.instant();
    if (t < offset_from_ || t >= offset_until_) look_up(t);
    return std::chrono::floor<days_rep>(t + offset_);
  }

  // Whether a day is among those of a period, from the day of its first time to that of its last,
  // both included; a missing one leaves it open.
  bool is_within(Timestamp first, Timestamp last, Day day) {
    return (first.is_missing() || day_of(first) <= day) &&
           (last.is_missing() || day <= day_of(last));
  }

  bool is_utc() const { return zone_ == nullptr; }

 private:
  void look_up(Instant t);

  const date::time_zone* zone_ = nullptr;
  Instant offset_from_ = Instant::max();
  Instant offset_until_ = Instant::min();
  std::chrono::seconds offset_{0};
};

struct UnknownTimeZone {
  std::string name;
};

}  // namespace rolecall
