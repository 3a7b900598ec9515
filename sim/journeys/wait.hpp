#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall::sim {

// A second of a day, in UTC: journeys move by the second.
using Moment = std::chrono::sys_seconds;

// A clock time, on some days of the week: "9:00", "Tuesday", "10:00, Monday to Friday".
struct WaitUntil {
  std::chrono::minutes time{0};  // of the day; < 24 h
  std::chrono::weekday first = std::chrono::Monday, last = std::chrono::Sunday;  // both included

  bool operator==(const WaitUntil&) const = default;
};

// The first such moment later than `from`: a wait always takes time, a week at most.
Moment until(const WaitUntil& wait, Moment from);

// Reads a clock time ("9:00", "09:00"), a day of the week or a range of them, or both with a comma
// between; none when the text is nothing of these.
std::optional<WaitUntil> parse_wait_until(std::string_view text);

std::string to_string(const WaitUntil& wait);  // as parse_wait_until reads it

}  // namespace rolecall::sim
