#include <gtest/gtest.h>

#include <vector>

#include "core/random.hpp"
#include "core/simd.hpp"

namespace rolecall {
namespace {

TEST(RandomWords, AreTheBlocksOfTheLibraryOnEveryInstructionSet) {
  for (const std::string& target : simd::available()) {
    const simd::Limit limit(target);
    SCOPED_TRACE(target);
    for (const std::size_t size : {0, 1, 4, 63, 64, 65, 257, 4096}) {
      const std::uint64_t seed = 0x0123456789ABCDEF + size, entity = std::uint64_t{size} << 33 | 5;
      const std::uint32_t counter = UINT32_MAX - 7;  // and on from 0
      std::vector<std::uint32_t> got(size), want;
      random_words(seed, RandomStream::bootstrap, entity, counter, got);
      for (std::uint32_t b = 0; want.size() < size; ++b)
        for (const std::uint32_t word :
             random_block(seed, RandomStream::bootstrap, entity, counter + b))
          if (want.size() < size) want.push_back(word);
      EXPECT_EQ(got, want) << size << " words";
    }
  }
}

}  // namespace
}  // namespace rolecall
