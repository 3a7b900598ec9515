#include "generators/synthetic/week_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "goodness_of_fit.hpp"

namespace rolecall::synthetic {
namespace {

using testing::expect_counts;

const std::vector<double> weekdays{95, 115, 120, 110, 90, 20, 15};
const std::vector<double> hours{2,  1,  1,  1,  1,  2,  6,  18, 45, 80, 95, 85,
                                55, 70, 90, 88, 75, 50, 25, 18, 15, 12, 8,  4};

Random random_of(std::uint64_t entity) { return Random(7, RandomStream::bootstrap, entity); }

// The rate of a day, where that of an average day is 1.
double rate_of(std::int64_t day, unsigned first_weekday) {
  const double mean = std::accumulate(weekdays.begin(), weekdays.end(), 0.) / 7;
  return weekdays[(static_cast<std::size_t>(day) + first_weekday) % 7] / mean;
}

TEST(WeekClock, AddsUpTheRatesOfDays) {
  for (unsigned first = 0; first < 7; ++first) {
    const WeekClock clock(weekdays, hours, first);
    EXPECT_NEAR(clock.exposure(0, 7), 7, 1e-4);
    EXPECT_NEAR(clock.exposure(0, 36'505), 36'505, .3);  // whole weeks
    for (std::int64_t from = 0; from < 30; ++from) {
      EXPECT_EQ(clock.exposure(from, from), 0);
      double sum = 0;
      for (std::int64_t to = from; to < 40; ++to) {
        EXPECT_NEAR(clock.exposure(from, to), sum, 1e-4);
        EXPECT_NEAR(clock.exposure(to, to + 1), rate_of(to, first), 0x1p-17 + 1e-12);
        EXPECT_EQ(clock.exposure(from, to) + clock.exposure(to, 50), clock.exposure(from, 50));
        sum += rate_of(to, first);
      }
    }
  }
}

TEST(WeekClock, DrawsDaysByTheirRates) {
  for (const auto& [from, to] : {std::pair{0, 7}, {3, 5}, {0, 1}, {5, 40}, {360, 365}}) {
    const WeekClock clock(weekdays, hours, 2);
    Random random = random_of(static_cast<std::uint64_t>(from));
    std::vector<double> counts(static_cast<std::size_t>(to - from), 0), rates;
    double total = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::int64_t day = clock.draw_day(random, from, to);
      ASSERT_GE(day, from);
      ASSERT_LT(day, to);
      ++counts[static_cast<std::size_t>(day - from)];
    }
    for (std::int64_t day = from; day < to; ++day) rates.push_back(rate_of(day, 2));
    for (const double rate : rates) total += rate;
    for (double& rate : rates) rate /= total;
    if (counts.size() > 1) expect_counts(counts, rates);
    EXPECT_NEAR(static_cast<double>(random.words()), 20'000, 200);  // one each, but for rejections
  }
}

TEST(WeekClock, NeverDrawsADayWithoutARate) {
  const std::vector<double> saturdays{0, 0, 0, 0, 0, 3, 0};
  const WeekClock clock(saturdays, hours, 0);
  Random random = random_of(1);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(clock.draw_day(random, 3, 80) % 7, 5);
  EXPECT_EQ(clock.exposure(0, 5), 0);
  EXPECT_EQ(clock.exposure(5, 6), 7);
}

TEST(WeekClock, DrawsSecondsByTheirHours) {
  const WeekClock clock(weekdays, hours, 0);
  Random random = random_of(2);
  std::vector<double> counts(24, 0), minutes(60, 0), rates;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    const std::int64_t second = clock.draw_second(random);
    ASSERT_GE(second, 0);
    ASSERT_LT(second, 86'400);
    ++counts[static_cast<std::size_t>(second / 3'600)];
    ++minutes[static_cast<std::size_t>(second / 60 % 60)];
    ASSERT_EQ(random.words(), 2 * (i + 1));
  }
  const double total = std::accumulate(hours.begin(), hours.end(), 0.);
  for (const double rate : hours) rates.push_back(rate / total);
  expect_counts(counts, rates);
  expect_counts(minutes, std::vector<double>(60, 1. / 60));
}

TEST(WeekClock, KnowsWeekends) {
  const WeekClock clock(weekdays, hours, 3);  // day 0 is a Thursday
  for (std::int64_t day = 0; day < 30; ++day)
    EXPECT_EQ(clock.is_weekend(day), day % 7 == 2 || day % 7 == 3) << day;
}

}  // namespace
}  // namespace rolecall::synthetic
