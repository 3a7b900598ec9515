#include "core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rolecall::parallel {
namespace {

TEST(Parallel, CoversEveryBlockOnceForAnyThreads) {
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(parallel::threads(), threads);
    std::vector<std::atomic<int>> seen(1000);
    for_blocks(seen.size(), 7, [&](std::size_t begin, std::size_t end) {
      EXPECT_EQ(begin % 7, 0u);
      for (std::size_t i = begin; i < end; ++i) ++seen[i];
    });
    for (const auto& n : seen) EXPECT_EQ(n, 1);
  }
}

TEST(Parallel, ThrowsWhatABodyThrows) {
  EXPECT_THROW(for_each(100,
                        [](std::size_t i) {
                          if (i == 50) throw std::runtime_error("x");
                        }),
               std::runtime_error);
}

TEST(Parallel, LimitsNest) {
  const ThreadLimit outer(3);
  {
    const ThreadLimit inner(2);
    EXPECT_EQ(threads(), 2u);
  }
  EXPECT_EQ(threads(), 3u);
}

}  // namespace
}  // namespace rolecall::parallel
