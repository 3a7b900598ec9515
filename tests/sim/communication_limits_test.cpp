#include "sim/journeys/communication_limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace rolecall::sim {
namespace {

Day day(int n) { return Day(days_rep(n)); }

TEST(CommunicationLimits, CountDaysInARow) {
  CommunicationLimits limits(2, 7);
  for (const int sent : {10, 10}) {
    EXPECT_TRUE(limits.allows(3, day(sent)));
    limits.note(3, day(sent));
  }
  EXPECT_FALSE(limits.allows(3, day(10)));
  EXPECT_FALSE(limits.allows(3, day(16)));
  EXPECT_TRUE(limits.allows(3, day(17)));
  EXPECT_TRUE(limits.allows(2, day(10))) << "somebody else";
  EXPECT_TRUE(limits.allows(99, day(10))) << "nobody it has heard of";
}

// Against a log of all messages that is gone through each time.
TEST(CommunicationLimits, AgreeWithALogOfEverything) {
  std::mt19937_64 bits(8);
  std::size_t allowed = 0, refused = 0;
  for (int round = 0; round < 100; ++round) {
    const std::size_t most = 1 + bits() % 4;
    const int window = 1 + static_cast<int>(bits() % 10);
    CommunicationLimits limits(most, window);
    std::map<std::uint32_t, std::vector<int>> log;
    int today = static_cast<int>(bits() % 100) - 50;  // before 1970 too
    for (int n = 0; n < 200; ++n) {
      today += static_cast<int>(bits() % 3) / 2;
      const auto person = static_cast<std::uint32_t>(bits() % 6);
      const auto within =
          std::ranges::count_if(log[person], [&](int sent) { return sent > today - window; });
      const bool expected = static_cast<std::size_t>(within) < most;
      ASSERT_EQ(limits.allows(person, day(today)), expected);
      ++(expected ? allowed : refused);
      if (!expected && bits() % 10 > 0) continue;  // some go out all the same
      limits.note(person, day(today));
      log[person].push_back(today);
      if (bits() % 20 == 0) {
        CommunicationLimits again(most, window);
        again.state() = limits.state();
        limits = again;
      }
    }
  }
  EXPECT_GT(allowed, 2000u);
  EXPECT_GT(refused, 2000u);
}

}  // namespace
}  // namespace rolecall::sim
