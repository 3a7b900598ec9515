#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random_words.cpp"
#include "core/highway.hpp"
//
#include <algorithm>
#include <vector>

#include "core/philox-inl.hpp"
#include "core/random.hpp"
#include "core/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace rolecall::HWY_NAMESPACE {

// Returns how many blocks it filled: a multiple of the lanes.
HWY_ATTR std::size_t fill_words([[maybe_unused]] std::uint64_t seed,
                                [[maybe_unused]] std::uint32_t stream,
                                [[maybe_unused]] std::uint64_t entity,
                                [[maybe_unused]] std::uint32_t first,
                                [[maybe_unused]] std::span<std::uint32_t> words) {
#if HWY_TARGET == HWY_SCALAR
  return 0;
#else
  namespace hn = hwy::HWY_NAMESPACE;
  const PhiloxLanes d;
  const std::size_t lanes = hn::Lanes(d), blocks = words.size() / 4 / lanes * lanes;
  for (std::size_t b = 0; b < blocks; b += lanes) {
    const PhiloxBlocks x =
        philox_blocks(seed, stream, entity, first + static_cast<std::uint32_t>(b));
    hn::StoreInterleaved4(x.word0, x.word1, x.word2, x.word3, d, words.data() + 4 * b);
  }
  return blocks;
#endif
}

}  // namespace rolecall::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rolecall {

HWY_EXPORT(fill_words);

void random_words(std::uint64_t seed, RandomStream stream, std::uint64_t entity,
                  std::uint32_t counter, std::span<std::uint32_t> words) {
  std::size_t block = 0;
  if (simd::has_vectors())
    block = HWY_DYNAMIC_DISPATCH(fill_words)(seed, static_cast<std::uint32_t>(stream), entity,
                                             counter, words);
  for (; 4 * block < words.size(); ++block) {
    const auto last =
        random_block(seed, stream, entity, counter + static_cast<std::uint32_t>(block));
    std::copy_n(last.begin(), std::min<std::size_t>(4, words.size() - 4 * block),
                words.begin() + static_cast<std::ptrdiff_t>(4 * block));
  }
}

}  // namespace rolecall
#endif  // HWY_ONCE
