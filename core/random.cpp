#include "core/random.hpp"

#include <Random123/philox.h>

#include "core/exact.hpp"

namespace rolecall {

std::array<std::uint32_t, 4> random_block(std::uint64_t seed, RandomStream stream,
                                          std::uint64_t entity, std::uint32_t counter) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const r123::Philox4x32::ctr_type at = {
      {counter, static_cast<std::uint32_t>(stream), low(entity), high(entity)}};
  const r123::Philox4x32::key_type key = {{low(seed), high(seed)}};
  const auto block = r123::Philox4x32{}(at, key);
  return {block[0], block[1], block[2], block[3]};
}

std::uint64_t Random::below_wide(std::uint64_t bound) {
  uint128 product = uint128{word64()} * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t biased = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < biased) product = uint128{word64()} * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace rolecall
