#include "core/random.hpp"

#include <Random123/philox.h>

#include <cstddef>

#include "core/exact.hpp"

namespace rolecall {
namespace {

// Writes blocks counter, counter + 1, … until `words`, a multiple of 4, is full.
template <std::size_t size>
void fill_blocks(std::uint64_t seed, RandomStream stream, std::uint64_t entity,
                 std::uint32_t counter, std::array<std::uint32_t, size>& words) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const r123::Philox4x32::key_type key = {{low(seed), high(seed)}};
  for (std::size_t at = 0; at < size; at += 4, ++counter) {
    const r123::Philox4x32::ctr_type place = {
        {counter, static_cast<std::uint32_t>(stream), low(entity), high(entity)}};
    const auto block = r123::Philox4x32{}(place, key);
    for (std::size_t i = 0; i < 4; ++i) words[at + i] = block[i];
  }
}

}  // namespace

std::array<std::uint32_t, 4> random_block(std::uint64_t seed, RandomStream stream,
                                          std::uint64_t entity, std::uint32_t counter) {
  std::array<std::uint32_t, 4> words;
  fill_blocks(seed, stream, entity, counter, words);
  return words;
}

void Random::refill() {
  fill_blocks(seed_, stream_, entity_, static_cast<std::uint32_t>(counter_), batch_);
  counter_ += batch_.size() / 4;
  used_ = 0;
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
