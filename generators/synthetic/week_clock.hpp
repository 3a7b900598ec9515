#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::synthetic {

// When things happen: days by weekday, seconds by hour of the day. Days are counted from the first
// of the log.
class WeekClock {
 public:
  // 7 weekday rates, Monday first, 24 hourly rates, and the weekday of day 0 (0: Monday). Weekday
  // rates become whole numbers of 2^-16 of the mean.
  WeekClock(std::span<const double> weekdays, std::span<const double> hours,
            unsigned first_weekday);

  // The expected acts in days from … to − 1 of someone who does one on an average day of the week.
  double exposure(std::int64_t from, std::int64_t to) const {
    return static_cast<double>(before(to) - before(from)) / mean_;
  }

  // A day of from … to − 1, by the rates of the weekdays; these must not all be 0. Takes one word,
  // two for spans of more than 2^16 days; a word is rejected with a chance below 2^-7.
  std::int64_t draw_day(Random& random, std::int64_t from, std::int64_t to) const;

  // A second of the day: the hour by its rate, uniform within. Takes two words.
  std::int64_t draw_second(Random& random) const {
    const auto hour = static_cast<std::int64_t>(hours_.draw(random));
    return hour * 3600 + static_cast<std::int64_t>((random.word32() * std::uint64_t{3600}) >> 32);
  }

  bool is_weekend(std::int64_t day) const {
    return (static_cast<std::uint64_t>(day) + first_weekday_) % 7 >= 5;
  }

 private:
  // The rates of the days before `day`, added up.
  std::uint64_t before(std::int64_t day) const {
    const auto d = static_cast<std::uint64_t>(day);
    return d / 7 * sums_[7] + sums_[d % 7];
  }

  static constexpr double mean_ = 65'536;
  std::array<std::uint64_t, 8> sums_{};  // of the first i days of a week that begins on day 0
  AliasTable hours_;
  unsigned first_weekday_;
};

}  // namespace rolecall::synthetic
