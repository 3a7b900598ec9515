#include "core/profile.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace rolecall {
namespace {

// A clock that the test turns: `cpus` processors are busy for so many seconds.
struct HandClock {
  Usage now;
  void work(double seconds, double cpus = 1) { now += {seconds, seconds * cpus}; }
  auto read() {
    return [this] { return now; };
  }
};

TEST(Profile, AddsUpPhasesOfOneNameUnderOneParent) {
  HandClock clock;
  const Profile profile(clock.read());
  for (const double seconds : {1, 2}) {
    const Phase score("score");
    clock.work(1);
    {
      const Phase index("index");
      clock.work(seconds, 2);
    }
    const Phase people("people");
    clock.work(4);
  }
  {
    const Phase index("index");  // another parent, another phase
    clock.work(8);
  }
  clock.work(16);

  const std::vector<PhaseTotal> phases = profile.phases();
  ASSERT_EQ(phases.size(), 4u);
  const auto expect = [&](std::size_t i, const char* name, std::size_t depth, std::uint64_t count,
                          double wall, double cpu) {
    EXPECT_EQ(phases[i].name, name);
    EXPECT_EQ(phases[i].depth, depth) << name;
    EXPECT_EQ(phases[i].count, count) << name;
    EXPECT_EQ(phases[i].usage.wall_seconds, wall) << name;
    EXPECT_EQ(phases[i].usage.cpu_seconds, cpu) << name;
  };
  expect(0, "score", 0, 2, 13, 16);
  expect(1, "index", 1, 2, 3, 6);
  expect(2, "people", 1, 2, 8, 8);
  expect(3, "index", 0, 1, 8, 8);
  EXPECT_EQ(profile.elapsed().wall_seconds, 37);
}

TEST(Profile, HearsItsOwnThreadAlone) {
  const Profile profile;
  std::thread([] { const Phase phase("elsewhere"); }).join();
  EXPECT_TRUE(profile.phases().empty());
}

TEST(Profile, GivesWayToAnInnerOne) {
  const Profile outer;
  {
    const Profile inner;
    { const Phase phase("inside"); }
    EXPECT_EQ(inner.phases().size(), 1u);
  }
  { const Phase phase("outside"); }
  ASSERT_EQ(outer.phases().size(), 1u);
  EXPECT_EQ(outer.phases()[0].name, "outside");
}

TEST(Profile, EndsPhasesThatAnErrorLeaves) {
  const Profile profile;
  try {
    const Phase phase("fails");
    throw std::runtime_error("x");
  } catch (const std::runtime_error&) {
  }
  { const Phase phase("next"); }
  ASSERT_EQ(profile.phases().size(), 2u);
  EXPECT_EQ(profile.phases()[1].depth, 0u);
}

TEST(Profile, WithoutOneAPhaseIsNothing) { const Phase phase("unheard"); }

TEST(ProcessUsage, CountsWorkOfAllThreads) {
  const Usage before = process_usage();
  const auto spin = [] {
    const Usage start = process_usage();
    while ((process_usage() - start).cpu_seconds < .02) {
    }
  };
  std::thread(spin).join();
  const Usage used = process_usage() - before;
  EXPECT_GE(used.cpu_seconds, .02);
  EXPECT_GT(used.wall_seconds, 0);
}

TEST(PeakMemory, GrowsWithWhatIsTouched) {
  constexpr std::size_t size = std::size_t{64} << 20;
  const std::int64_t before = peak_memory_bytes();
  EXPECT_GT(before, 1'000'000);
  const std::vector<char> touched(size, 1);
  EXPECT_GE(peak_memory_bytes(), before + static_cast<std::int64_t>(size) / 2 + touched[0] - 1);
}

}  // namespace
}  // namespace rolecall
