#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

using days_rep = std::chrono::duration<std::int32_t, std::chrono::days::period>;

// A calendar day, counted from 1970-01-01.
using Day = std::chrono::time_point<std::chrono::system_clock, days_rep>;

// A time in UTC to the microsecond; what is finer is cut off.
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

// When something happened: an instant, or a date alone. A date alone is that day in every zone,
// so the two are kept apart. Ordered by instant, a date alone after the instant of its midnight.
class Timestamp {
 public:
  constexpr Timestamp() = default;  // missing
  explicit constexpr Timestamp(Day date)
      : bits_(
            std::chrono::duration_cast<std::chrono::microseconds>(date.time_since_epoch()).count() *
                2 +
            1) {}
  explicit constexpr Timestamp(Instant time) : bits_(time.time_since_epoch().count() * 2) {}

  static constexpr Timestamp from_bits(std::int64_t bits) {
    Timestamp t;
    t.bits_ = bits;
    return t;
  }

  constexpr bool is_missing() const { return bits_ == missing_bits; }
  constexpr bool is_date_only() const { return (bits_ & 1) != 0; }

  // The instant, or the UTC midnight that opens the date. Undefined when missing.
  constexpr Instant instant() const { return Instant{std::chrono::microseconds{bits_ >> 1}}; }

  // The UTC day. Undefined when missing. For other zones see DayBoundary.
  constexpr Day utc_day() const { return std::chrono::floor<days_rep>(instant()); }

  // Microseconds since 1970-01-01T00:00Z, times two, plus one for a date alone.
  constexpr std::int64_t bits() const { return bits_; }

  constexpr auto operator<=>(const Timestamp&) const = default;

 private:
  static constexpr std::int64_t missing_bits = std::numeric_limits<std::int64_t>::min();
  std::int64_t bits_ = missing_bits;
};

// Reads an ISO 8601 date ("2026-03-01") or date-time ("2026-03-01T09:30:00.5+02:00"; the seconds,
// their fraction and the zone are optional, no zone is UTC, a blank may stand for the T). Years
// 0001 to 9999, in UTC too. Nothing when the text is not one, or names a day or time that does not
// exist.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Reads an ISO 8601 date alone.
std::optional<Day> parse_day(std::string_view text);

std::string to_string(Day day);              // 2026-03-01
std::string to_string(Timestamp timestamp);  // as parse_timestamp reads it; empty when missing

}  // namespace rolecall
