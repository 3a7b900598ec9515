#include "sim/journeys/quota.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace rolecall::sim {
namespace {

using ::testing::ElementsAre;
using Percents = std::vector<std::uint32_t>;

// Adds up to 100, each at least 1.
Percents random_percents(std::size_t paths, std::mt19937_64& bits) {
  std::vector<std::uint32_t> cuts(99);
  std::iota(cuts.begin(), cuts.end(), 1u);
  std::ranges::shuffle(cuts, bits);
  cuts.resize(paths - 1);
  cuts.push_back(100);
  std::ranges::sort(cuts);
  std::adjacent_difference(cuts.begin(), cuts.end(), cuts.begin());
  return cuts;
}

TEST(Quota, GoesToThePathFurthestBelow) {
  const Percents percents{50, 30, 20};
  std::vector<std::uint64_t> taken(3);
  std::vector<std::size_t> paths;
  for (int n = 0; n < 10; ++n) {
    paths.push_back(furthest_below(percents, taken));
    ++taken[paths.back()];
  }
  EXPECT_THAT(paths, ElementsAre(0, 1, 2, 0, 0, 1, 0, 2, 1, 0));
  EXPECT_EQ(furthest_below(Percents{50, 50}, std::vector<std::uint64_t>{0, 0}), 0u) << "ties";
  EXPECT_EQ(furthest_below(Percents{100}, std::vector<std::uint64_t>{7}), 0u);
}

TEST(Quota, IsKeptAllTheWay) {
  std::mt19937_64 bits(5);
  for (int round = 0; round < 1000; ++round) {
    const std::size_t paths = 1 + bits() % 12;
    const Percents percents = random_percents(paths, bits);
    std::vector<std::uint64_t> taken(paths);
    for (std::int64_t n = 1; n <= 300; ++n) {
      ++taken[furthest_below(percents, taken)];
      std::int64_t sum = 0;
      for (std::size_t p = 0; p < paths; ++p) {
        const auto over = 100 * static_cast<std::int64_t>(taken[p]) - n * percents[p];
        sum += over;
        ASSERT_LT(over, 100);
        ASSERT_GT(over, paths <= 4 ? -100 : -150);
        if (n % 100 == 0) {
          ASSERT_EQ(over, 0);
        }
      }
      ASSERT_EQ(sum, 0);
    }
  }
}

TEST(Quota, SharesAreFloorsAndTheRest) {
  EXPECT_THAT(shares_of(Percents{50, 50}, 5), ElementsAre(2, 3));
  EXPECT_THAT(shares_of(Percents{33, 33, 34}, 1), ElementsAre(0, 0, 1));
  EXPECT_THAT(shares_of(Percents{100}, 4), ElementsAre(4));
  EXPECT_THAT(shares_of(Percents{10, 90}, 0), ElementsAre(0, 0));
  std::mt19937_64 bits(6);
  for (int round = 0; round < 2000; ++round) {
    const Percents percents = random_percents(1 + bits() % 9, bits);
    const std::size_t n = bits() % 500;
    const std::vector<std::size_t> shares = shares_of(percents, n);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::size_t{0}), n);
    for (std::size_t p = 0; p + 1 < percents.size(); ++p) {
      EXPECT_LE(100 * shares[p], percents[p] * n);
      EXPECT_GT(100 * (shares[p] + 1), percents[p] * n);
    }
  }
}

}  // namespace
}  // namespace rolecall::sim
