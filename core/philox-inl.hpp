// Philox 4×32-10 over a vector of counters; see core/random.hpp. Included by kernel files, once for
// each instruction set.
#if defined(ROLECALL_CORE_PHILOX_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef ROLECALL_CORE_PHILOX_INL_HPP_
#undef ROLECALL_CORE_PHILOX_INL_HPP_
#else
#define ROLECALL_CORE_PHILOX_INL_HPP_
#endif

#include <cstdint>

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace rolecall::HWY_NAMESPACE {

using PhiloxLanes = hwy::HWY_NAMESPACE::ScalableTag<std::uint32_t>;
using PhiloxWord = hwy::HWY_NAMESPACE::Vec<PhiloxLanes>;

// The four words of as many blocks as there are lanes: first, first + 1, …
struct PhiloxBlocks {
  PhiloxWord word0, word1, word2, word3;
};

// Upper and lower halves of the 64-bit products with a factor that all lanes share.
HWY_INLINE void philox_multiply(PhiloxWord a, PhiloxWord factor, PhiloxWord& high,
                                PhiloxWord& low) {
  namespace hn = hwy::HWY_NAMESPACE;
  const PhiloxLanes d;
  const hn::Repartition<std::uint64_t, PhiloxLanes> wide;
  const auto even = hn::MulEven(a, factor);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, a))), factor);
  high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

HWY_INLINE PhiloxBlocks philox_blocks(std::uint64_t seed, std::uint32_t stream,
                                      std::uint64_t entity, std::uint32_t first) {
  namespace hn = hwy::HWY_NAMESPACE;
  const PhiloxLanes d;
  PhiloxWord x0 = hn::Iota(d, first);
  PhiloxWord x1 = hn::Set(d, stream);
  PhiloxWord x2 = hn::Set(d, static_cast<std::uint32_t>(entity));
  PhiloxWord x3 = hn::Set(d, static_cast<std::uint32_t>(entity >> 32));
  PhiloxWord key0 = hn::Set(d, static_cast<std::uint32_t>(seed));
  PhiloxWord key1 = hn::Set(d, static_cast<std::uint32_t>(seed >> 32));
  const PhiloxWord factor0 = hn::Set(d, 0xD2511F53u), factor1 = hn::Set(d, 0xCD9E8D57u);
  const PhiloxWord weyl0 = hn::Set(d, 0x9E3779B9u), weyl1 = hn::Set(d, 0xBB67AE85u);
  for (int round = 0; round < 10; ++round) {
    PhiloxWord high0, low0, high1, low1;
    philox_multiply(x0, factor0, high0, low0);
    philox_multiply(x2, factor1, high1, low1);
    x0 = hn::Xor(hn::Xor(high1, x1), key0);
    x1 = low1;
    x2 = hn::Xor(hn::Xor(high0, x3), key1);
    x3 = low0;
    key0 = hn::Add(key0, weyl0);
    key1 = hn::Add(key1, weyl1);
  }
  return {x0, x1, x2, x3};
}

}  // namespace rolecall::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // HWY_SCALAR

#endif
