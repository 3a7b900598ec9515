#include "core/timestamp.hpp"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(Timestamp, ReadsDatesAndTimes) {
  const auto text = [](std::string_view in) { return to_string(parse_timestamp(in).value()); };
  EXPECT_EQ(text("2026-03-01"), "2026-03-01");
  EXPECT_EQ(text("2026-03-01T09:30"), "2026-03-01T09:30:00Z");
  EXPECT_EQ(text("2026-03-01 09:30:05"), "2026-03-01T09:30:05Z");
  EXPECT_EQ(text("2026-03-01T09:30:05.25Z"), "2026-03-01T09:30:05.250000Z");
  EXPECT_EQ(text("2026-03-01T00:30:00+02:00"), "2026-02-28T22:30:00Z");
  EXPECT_EQ(text("2026-03-01T23:30:00-0530"), "2026-03-02T05:00:00Z");
  EXPECT_EQ(text("2024-02-29"), "2024-02-29");
  EXPECT_EQ(text("9999-12-31"), "9999-12-31");
  EXPECT_EQ(text("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(text("1969-12-31T23:59:59.999999Z"), "1969-12-31T23:59:59.999999Z");
}

TEST(Timestamp, RefusesWhatIsNotOne) {
  for (const char* text :
       {"", "2026", "2026-02-31", "2025-02-29", "2026-13-01", "2026-00-10", "0000-01-01",
        "2026-3-1", "01/03/2026", "2026-03-01T", "2026-03-01T24:00", "2026-03-01T10:60",
        "2026-03-01T10:00:60Z", "2026-03-01T10:00:00.", "2026-03-01T10:00:00+25:00",
        "2026-03-01T10:00:00Zx", "2026-03-01x", " 2026-03-01", "2026-03-01T10"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
  EXPECT_FALSE(parse_day("2026-03-01T00:00"));
}

TEST(Timestamp, KeepsADateApartFromItsMidnight) {
  const auto date = *parse_timestamp("2026-03-01");
  const auto midnight = *parse_timestamp("2026-03-01T00:00:00Z");
  EXPECT_TRUE(date.is_date_only());
  EXPECT_FALSE(midnight.is_date_only());
  EXPECT_LT(midnight, date);
  EXPECT_EQ(date.utc_day(), midnight.utc_day());
  EXPECT_EQ(Timestamp::from_bits(date.bits()), date);
  EXPECT_TRUE(Timestamp{}.is_missing());
  EXPECT_EQ(to_string(Timestamp{}), "");
}

}  // namespace
}  // namespace rolecall
