#include "generators/synthetic/week_clock.hpp"

#include <cmath>

namespace rolecall::synthetic {

WeekClock::WeekClock(std::span<const double> weekdays, std::span<const double> hours,
                     unsigned first_weekday)
    : hours_(hours), first_weekday_(first_weekday) {
  double total = 0;
  for (const double rate : weekdays) total += rate;
  for (std::size_t i = 0; i < 7; ++i) {
    const double rate = weekdays[(i + first_weekday) % 7] / total;
    sums_[i + 1] = sums_[i] + static_cast<std::uint64_t>(std::floor(7 * mean_ * rate + .5));
  }
}

std::int64_t WeekClock::draw_day(Random& random, std::int64_t from, std::int64_t to) const {
  const std::uint64_t low = before(from);
  const std::uint64_t at = low + random.below(before(to) - low);
  const std::uint64_t weeks = at / sums_[7], rest = at % sums_[7];
  std::uint64_t day = 0;
  while (rest >= sums_[day + 1]) ++day;
  return static_cast<std::int64_t>(weeks * 7 + day);
}

}  // namespace rolecall::synthetic
