#include "scoring/as_of.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace rolecall {
namespace {

TEST(AsOf, ReadsDatesAndAnchors) {
  for (const char* text : {"2026-03-02", "outcome-7d", "created+30d", "outcome+0d"})
    EXPECT_EQ(to_string(parse_as_of(text)), text);
  EXPECT_EQ(to_string(parse_as_of("outcome")), "outcome+0d");
  EXPECT_EQ(to_string(parse_as_of("outcome-0d")), "outcome+0d");
}

TEST(AsOf, RefusesTheRest) {
  for (const char* text : {"", "today", "2026-02-31", "2026-03-02T00:00", "outcome-7", "outcome7d",
                           "outcome--7d", "outcome-d", "created+99999999999d", "outcome-7days"})
    EXPECT_THROW(parse_as_of(text), InputError) << text;
}

}  // namespace
}  // namespace rolecall
