#include "core/day_boundary.hpp"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

std::string day_in(const char* zone, const char* time) {
  return to_string(DayBoundary(zone).day_of(*parse_timestamp(time)));
}

TEST(DayBoundary, FollowsTheZone) {
  EXPECT_EQ(day_in("UTC", "2026-03-02T02:00:00Z"), "2026-03-02");
  EXPECT_EQ(day_in("America/New_York", "2026-03-02T02:00:00Z"), "2026-03-01");
  EXPECT_EQ(day_in("Asia/Kolkata", "2026-03-01T18:30:00Z"), "2026-03-02");
  EXPECT_EQ(day_in("Asia/Kolkata", "2026-03-01T18:29:59.999999Z"), "2026-03-01");
}

TEST(DayBoundary, ADateAloneIsThatDayEverywhere) {
  EXPECT_EQ(day_in("America/New_York", "2026-03-02"), "2026-03-02");
  EXPECT_EQ(day_in("Pacific/Kiritimati", "2026-03-02"), "2026-03-02");
}

TEST(DayBoundary, KnowsDaylightSaving) {
  // New York left −5 h for −4 h on 2026-03-08, and came back on 2026-11-01.
  EXPECT_EQ(day_in("America/New_York", "2026-03-08T04:59:59Z"), "2026-03-07");
  EXPECT_EQ(day_in("America/New_York", "2026-03-09T04:00:00Z"), "2026-03-09");
  EXPECT_EQ(day_in("America/New_York", "2026-11-02T04:59:59Z"), "2026-11-01");
}

TEST(DayBoundary, RemembersAcrossChangesInAnyOrder) {
  DayBoundary clock("America/New_York");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(to_string(clock.day_of(*parse_timestamp("2026-07-01T04:00:00Z"))), "2026-07-01");
    EXPECT_EQ(to_string(clock.day_of(*parse_timestamp("2026-01-01T04:00:00Z"))), "2025-12-31");
    EXPECT_EQ(to_string(clock.day_of(*parse_timestamp("9999-12-31T23:00:00Z"))), "9999-12-31");
    EXPECT_EQ(to_string(clock.day_of(*parse_timestamp("0001-01-02T23:00:00Z"))), "0001-01-02");
  }
}

TEST(DayBoundary, RefusesUnknownZones) {
  EXPECT_THROW(DayBoundary("America/New_Yorkk"), UnknownTimeZone);
}

}  // namespace
}  // namespace rolecall
