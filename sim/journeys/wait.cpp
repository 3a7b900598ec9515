#include "sim/journeys/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rolecall::sim {
namespace {

// By their number in C: Sunday is 0.
constexpr std::array<std::string_view, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};

std::optional<std::chrono::weekday> weekday(std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return std::chrono::weekday(static_cast<unsigned>(found - names.begin()));
}

// A whole number of one or two digits below a bound.
std::optional<int> digits(std::string_view text, int bound) {
  int value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.size() > 2 || text.front() == '-') return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value >= bound) return std::nullopt;
  return value;
}

std::optional<std::chrono::minutes> clock_time(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || text.size() - colon != 3) return std::nullopt;
  const auto hour = digits(text.substr(0, colon), 24), minute = digits(text.substr(colon + 1), 60);
  if (!hour || !minute) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

bool read_weekdays(std::string_view text, WaitUntil& wait) {
  constexpr std::string_view between = " to ";
  const std::size_t at = text.find(between);
  const auto first = weekday(text.substr(0, at));
  const auto last = at == text.npos ? first : weekday(text.substr(at + between.size()));
  if (!first || !last) return false;
  wait.first = *first;
  wait.last = *last;
  return true;
}

// Whether it is every day of the week.
bool is_daily(const WaitUntil& wait) { return wait.last - wait.first == std::chrono::days(6); }

}  // namespace

Moment until(const WaitUntil& wait, Moment from) {
  for (auto day = std::chrono::floor<std::chrono::days>(from);; day += std::chrono::days(1)) {
    const Moment moment = day + wait.time;
    // Differences of weekdays go forward: 0 to 6 days.
    if (moment > from && std::chrono::weekday(day) - wait.first <= wait.last - wait.first)
      return moment;
  }
}

std::optional<WaitUntil> parse_wait_until(std::string_view text) {
  constexpr std::string_view comma = ", ";
  WaitUntil wait;
  const std::size_t at = text.find(comma);
  const auto time = clock_time(text.substr(0, at));
  if (time) wait.time = *time;
  if (time && at == text.npos) return wait;
  if (!time && at != text.npos) return std::nullopt;
  if (!read_weekdays(time ? text.substr(at + comma.size()) : text, wait)) return std::nullopt;
  return wait;
}

std::string to_string(const WaitUntil& wait) {
  std::string time = fmt::format("{}:{:02}", wait.time / std::chrono::hours(1),
                                 (wait.time % std::chrono::hours(1)).count());
  if (is_daily(wait) && wait.first == std::chrono::Monday) return time;
  std::string days(names[wait.first.c_encoding()]);
  if (wait.first != wait.last) days += fmt::format(" to {}", names[wait.last.c_encoding()]);
  return wait.time.count() == 0 ? days : fmt::format("{}, {}", time, days);
}

}  // namespace rolecall::sim
