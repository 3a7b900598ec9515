#include "core/day_boundary.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace rolecall {
namespace {

// Zone tables bound their first and last offset with the ends of time, which seconds can hold and
// microseconds cannot.
Instant to_instant(date::sys_seconds t) {
  constexpr auto low = std::chrono::ceil<std::chrono::seconds>(Instant::min());
  constexpr auto high = std::chrono::floor<std::chrono::seconds>(Instant::max());
  return t <= low ? Instant::min() : t >= high ? Instant::max() : Instant{t};
}

}  // namespace

DayBoundary::DayBoundary(std::string_view iana_name) {
  if (iana_name == "UTC") return;
  try {
    zone_ = date::locate_zone(std::string(iana_name));
  } catch (const std::runtime_error&) {
    throw UnknownTimeZone{std::string(iana_name)};
  }
}

void DayBoundary::look_up(Instant t) {
  const auto info = zone_->get_info(std::chrono::floor<std::chrono::seconds>(t));
  offset_from_ = to_instant(info.begin);
  offset_until_ = to_instant(info.end);
  offset_ = info.offset;
}

}  // namespace rolecall
