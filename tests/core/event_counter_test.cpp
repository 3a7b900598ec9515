#include "core/event_counter.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/profile.hpp"

namespace rolecall {
namespace {

void spin(double cpu_seconds) {
  const Usage start = process_usage();
  while ((process_usage() - start).cpu_seconds < cpu_seconds) {
  }
}

TEST(EventCounter, CountsThreadsStartedLater) {
  const EventCounter clock(Event::task_clock);
  if (!clock.why_not().empty()) GTEST_SKIP() << clock.why_not();
  std::thread([] { spin(.03); }).join();
  std::thread alive([] { spin(.03); });
  alive.join();
  ASSERT_TRUE(clock.count().has_value());
  EXPECT_GE(*clock.count(), .05e9);
}

TEST(EventCounter, CountsOrSaysWhyNot) {
  for (const Event event :
       {Event::cycles, Event::instructions, Event::cache_misses, Event::branch_misses}) {
    const EventCounter counter(event);
    spin(.01);
    if (counter.why_not().empty())
      EXPECT_GT(counter.count().value_or(1), 0);
    else
      EXPECT_FALSE(counter.count().has_value());
  }
}

}  // namespace
}  // namespace rolecall
