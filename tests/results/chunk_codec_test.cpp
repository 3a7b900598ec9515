#include "results/chunk_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace rolecall {
namespace {

TEST(ChunkCodec, RoundTripsElementsOfAnySize) {
  std::mt19937 bits(1);
  for (const std::size_t element_bytes : {1, 2, 3, 4, 8, 17}) {
    for (const std::size_t elements : {1, 2, 63, 1000}) {
      std::vector<std::byte> chunk(element_bytes * elements);
      for (std::byte& byte : chunk) byte = static_cast<std::byte>(bits() % 7);
      const PackedChunk packed = pack_chunk(chunk, element_bytes);
      std::vector<std::byte> back(chunk.size());
      EXPECT_TRUE(unpack_chunk(packed, element_bytes, back));
      EXPECT_EQ(back, chunk);
    }
  }
}

TEST(ChunkCodec, NoticesDamageAndWrongSizes) {
  const std::vector<std::byte> chunk(1000, std::byte{7});
  const PackedChunk packed = pack_chunk(chunk, 4);
  std::vector<std::byte> back(1000), small(996), large(1004);
  EXPECT_FALSE(unpack_chunk(packed, 4, small));
  EXPECT_FALSE(unpack_chunk(packed, 4, large));
  EXPECT_FALSE(unpack_chunk(std::span(packed).first(packed.size() - 1), 4, back));
  for (std::size_t i = 0; i < packed.size(); ++i) {
    PackedChunk damaged = packed;
    damaged[i] ^= std::byte{16};
    if (unpack_chunk(damaged, 4, back)) {
      EXPECT_EQ(back, chunk);
    }
  }
}

}  // namespace
}  // namespace rolecall
