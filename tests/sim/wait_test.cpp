#include "sim/journeys/wait.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rolecall::sim {
namespace {

using namespace std::chrono_literals;

// 2026-03-02 is a Monday.
Moment at(int day, std::chrono::minutes time) {
  return std::chrono::sys_days(2026y / 3 / 2) + std::chrono::days(day) + time;
}
constexpr int monday = 0, tuesday = 1, wednesday = 2, friday = 4, saturday = 5, next_monday = 7;

Moment until(std::string_view text, Moment from) { return until(*parse_wait_until(text), from); }

TEST(Wait, EndsAsTheCasesOfTheContractDo) {
  EXPECT_EQ(until("9:00", at(monday, 11h)), at(tuesday, 9h));
  EXPECT_EQ(until("9:00", at(monday, 7h)), at(monday, 9h));
  EXPECT_EQ(until("Tuesday", at(friday, 15h)), at(next_monday + 1, 0h));
  EXPECT_EQ(until("10:00, Monday to Friday", at(saturday, 14h)), at(next_monday, 10h));
  EXPECT_EQ(until("10:00, Monday to Friday", at(wednesday, 8h)), at(wednesday, 10h));
}

TEST(Wait, EndsLaterThanItBegins) {
  EXPECT_EQ(until("9:00", at(monday, 9h)), at(tuesday, 9h));
  EXPECT_EQ(until("Tuesday", at(tuesday, 0h)), at(tuesday + 7, 0h));
  EXPECT_EQ(until("Tuesday", at(tuesday, 15h)), at(tuesday + 7, 0h));
  EXPECT_EQ(until("10:00, Monday to Friday", at(friday, 10h)), at(next_monday, 10h));
}

TEST(Wait, RangesMayGoOverTheWeekend) {
  EXPECT_EQ(until("8:30, Saturday to Monday", at(wednesday, 8h)), at(saturday, 8h + 30min));
  EXPECT_EQ(until("8:30, Saturday to Monday", at(saturday + 1, 9h)), at(next_monday, 8h + 30min));
  EXPECT_EQ(until("8:30, Saturday to Monday", at(next_monday, 9h)), at(saturday + 7, 8h + 30min));
}

TEST(Wait, IsReadOrNot) {
  for (const char* text : {"9:00", "0:00", "23:59", "Tuesday", "Monday to Friday", "10:00, Sunday",
                           "10:00, Friday to Monday", "0:00, Tuesday to Monday"})
    EXPECT_TRUE(parse_wait_until(text)) << text;
  for (const char* text :
       {"9:00", "23:59", "Tuesday", "Monday to Friday", "10:00, Sunday", "10:00, Friday to Monday"})
    EXPECT_EQ(to_string(*parse_wait_until(text)), text);
  EXPECT_EQ(to_string(*parse_wait_until("09:05")), "9:05");
  for (const char* text :
       {"", "9", "9:0", "24:00", "9:60", "-1:00", "9:00,", "9:00 Monday", "9:00, ", "monday",
        "Monday to", "Monday to Fryday", "Monday, 9:00", "9:00, 10:00", "+9:00", "9:000", "1e:00"})
    EXPECT_FALSE(parse_wait_until(text)) << text;
}

// Against a clock that is looked at every minute.
TEST(Wait, IsTheFirstMinuteThatFits) {
  std::mt19937_64 bits(3);
  for (int round = 0; round < 2000; ++round) {
    WaitUntil wait;
    if (bits() % 2) wait.time = std::chrono::minutes(bits() % 1440);
    if (bits() % 2) {
      wait.first = std::chrono::weekday(static_cast<unsigned>(bits() % 7));
      wait.last = std::chrono::weekday(static_cast<unsigned>(bits() % 7));
    }
    const Moment from =
        at(static_cast<int>(bits() % 14), 0min) + std::chrono::seconds(bits() % 86'400);
    const auto fits = [&](Moment moment) {
      const auto day = std::chrono::floor<std::chrono::days>(moment);
      if (moment - day != wait.time) return false;
      for (std::chrono::weekday one = wait.first;; ++one) {
        if (one == std::chrono::weekday(day)) return true;
        if (one == wait.last) return false;
      }
    };
    Moment expected = std::chrono::floor<std::chrono::minutes>(from) + 1min;
    while (!fits(expected)) expected += 1min;
    EXPECT_EQ(until(wait, from), expected) << to_string(wait);
    const auto again = parse_wait_until(to_string(wait));
    ASSERT_TRUE(again) << to_string(wait);
    EXPECT_EQ(until(*again, from), expected) << to_string(wait);
  }
}

}  // namespace
}  // namespace rolecall::sim
