#include "core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace rolecall {
namespace {

using Block = std::array<std::uint32_t, 4>;

// The known answers that Random123 publishes for philox4x32-10.
TEST(RandomBlock, GivesThePublishedAnswers) {
  EXPECT_EQ(random_block(0, RandomStream{0}, 0, 0),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(random_block(~0ull, RandomStream{~0u}, ~0ull, ~0u),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(
      random_block(0x299f31d0a4093822, RandomStream{0x85a308d3}, 0x0370734413198a2e, 0x243f6a88),
      (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, WalksTheBlocksOfItsEntity) {
  Random random(9, RandomStream::bootstrap, 4);
  for (std::uint32_t counter = 0; counter < 3; ++counter)
    for (const std::uint32_t word : random_block(9, RandomStream::bootstrap, 4, counter))
      EXPECT_EQ(random.word32(), word);
}

TEST(Random, Word64IsTheNextTwoWordsLowFirst) {
  Random words(9, RandomStream::bootstrap, 4);
  Random pairs(9, RandomStream::bootstrap, 4);
  words.word32();
  pairs.word32();
  for (int i = 0; i < 10; ++i) {
    const std::uint64_t low = words.word32();
    const std::uint64_t high = words.word32();
    EXPECT_EQ(pairs.word64(), low | high << 32);
  }
}

TEST(Random, CountsItsWords) {
  Random random(9, RandomStream::bootstrap, 4);
  EXPECT_EQ(random.words(), 0u);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    random.word32();
    EXPECT_EQ(random.words(), n);
  }
  random.word64();
  EXPECT_EQ(random.words(), 22u);
  random.uniform();
  EXPECT_EQ(random.words(), 24u);
}

TEST(Random, UniformIsTheMiddleOfAStep) {
  Random words(9, RandomStream::bootstrap, 4);
  Random uniforms(9, RandomStream::bootstrap, 4);
  for (int i = 0; i < 10'000; ++i) {
    const double u = uniforms.uniform();
    const double steps = u * 0x1p53;
    EXPECT_EQ(static_cast<std::uint64_t>(steps), (words.word64() >> 12) * 2 + 1);
    EXPECT_EQ(steps, std::floor(steps));
    EXPECT_EQ(1 - (1 - u), u);
  }
  constexpr double last = (static_cast<double>((1ull << 52) - 1) + 0.5) * 0x1p-52;
  static_assert(last < 1 && 1 - last == 0x1p-53);
}

TEST(Random, UniformIsEven) {
  Random random(1, RandomStream::bootstrap, 3);
  constexpr int draws = 64'000;
  std::vector<int> seen(64, 0);
  double sum = 0;
  for (int i = 0; i < draws; ++i) {
    const double u = random.uniform();
    ++seen.at(static_cast<std::size_t>(u * 64));
    sum += u;
  }
  double chi_squared = 0;
  for (const int n : seen) chi_squared += (n - 1000.) * (n - 1000.) / 1000;
  EXPECT_LT(chi_squared, 103.4);  // 99.9 % point with 63 degrees of freedom
  EXPECT_NEAR(sum / draws, 0.5, 3.29 * std::sqrt(1. / 12 / draws));
}

TEST(Random, BelowIsEven) {
  Random random(1, RandomStream::bootstrap, 0);
  constexpr int draws = 70'000;
  std::vector<int> seen(7, 0);
  for (int i = 0; i < draws; ++i) ++seen.at(random.below(7));
  double chi_squared = 0;
  for (const int n : seen) chi_squared += (n - draws / 7.) * (n - draws / 7.) / (draws / 7.);
  EXPECT_LT(chi_squared, 22.5);  // 99.9 % point with 6 degrees of freedom
}

// At 3·2^30 plain multiplication would give every third value twice the chance of the others.
TEST(Random, BelowIsUnbiasedForLargeBounds) {
  Random random(1, RandomStream::bootstrap, 1);
  int thirds[3] = {0, 0, 0};
  for (int i = 0; i < 30'000; ++i) ++thirds[random.below(std::uint64_t{3} << 30) % 3];
  for (const int n : thirds) EXPECT_NEAR(n, 10'000, 400);
}

TEST(Random, BelowStaysBelow) {
  Random random(1, RandomStream::bootstrap, 2);
  for (const std::uint64_t bound :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{UINT32_MAX}, std::uint64_t{1} << 32,
        (std::uint64_t{1} << 63) + 1, ~std::uint64_t{0}})
    for (int i = 0; i < 1000; ++i) EXPECT_LT(random.below(bound), bound);
}

TEST(Random, StreamsEntitiesAndSeedsDiffer) {
  const auto first = [](std::uint64_t seed, std::uint32_t stream, std::uint64_t entity) {
    return Random(seed, RandomStream{stream}, entity).word64();
  };
  EXPECT_NE(first(1, 1, 1), first(2, 1, 1));
  EXPECT_NE(first(1, 1, 1), first(1, 2, 1));
  EXPECT_NE(first(1, 1, 1), first(1, 1, 2));
  EXPECT_NE(first(1, 1, 1), first(1ull << 32 | 1, 1, 1));
  EXPECT_NE(first(1, 1, 1), first(1, 1, 1ull << 32 | 1));
}

}  // namespace
}  // namespace rolecall
