#pragma once

#include <array>
#include <cstdint>
#include <span>

// The one door to random bits. Every draw is a function of (seed, stream, entity, counter) and of
// nothing else: not of threads, of the order of work, or of the standard library.
namespace rolecall {

// What the draws are for. The numbers are part of what a seed means: append, never renumber.
enum class RandomStream : std::uint32_t {
  bootstrap = 1,     // entity: replicate
  accounts = 2,      // entity: account
  people = 3,        // entity: person
  groups = 4,        // entity: account × solutions + solution
  members = 5,       // entity: likewise
  person_rates = 6,  // entity: person
  activities = 7,    // entity: person
  machine_rows = 8,  // entity: person
  row_faults = 9,    // entity: person
  outcomes = 10,     // entity: likewise
  families = 11,     // entity: family
  candidates = 12,   // entity: candidate
  hierarchies = 13,  // entity: family
  openings = 14,     // entity: likewise
  benchmarks = 15,   // entity: day
  sobol = 16,        // entity: dimension
  hypercubes = 17,   // entity: dimension
  purchases = 18,    // entity: customer
  searches = 19,     // entity: evaluation
  // 20 to 39: sim/streams.hpp
};

// Philox 4×32-10 (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405): the key is the
// seed, the counter is (counter, stream, entity low, entity high).
std::array<std::uint32_t, 4> random_block(std::uint64_t seed, RandomStream stream,
                                          std::uint64_t entity, std::uint32_t counter);

// The words of blocks counter, counter + 1, …, at the speed of the machine's vectors; the same bits
// as random_block().
void random_words(std::uint64_t seed, RandomStream stream, std::uint64_t entity,
                  std::uint32_t counter, std::span<std::uint32_t> words);

// The draws of one entity in one stream, one after another, from block 0 on: 2^34 words of 32 bits.
class Random {
 public:
  Random(std::uint64_t seed, RandomStream stream, std::uint64_t entity)
      : seed_(seed), entity_(entity), stream_(stream) {}

  // 32 uniform bits: the next word.
  std::uint32_t word32() {
    if (used_ == batch_.size()) refill();
    return batch_[used_++];
  }

  // 64 uniform bits: the next two words, the lower first.
  std::uint64_t word64() {
    const std::uint64_t low = word32();
    return low | std::uint64_t{word32()} << 32;
  }

  // A uniform number strictly between 0 and 1: (k + ½)·2^-52, k the upper 52 bits of word64().
  // Every such value is exact and as likely as its mirror image 1 − u; with 53 bits, k + ½ would
  // round, at the top to 1. Two words.
  double uniform() { return (static_cast<double>(word64() >> 12) + 0.5) * 0x1p-52; }

  // A uniform integer below `bound` (1 or more), without bias: Lemire 2019,
  // doi:10.1145/3230636. Takes words of 32 bits when the bound is below 2^32, else of 64; a word
  // is rejected with a chance below bound / 2^32 (2^64).
  std::uint64_t below(std::uint64_t bound) {
    if (bound > UINT32_MAX) return below_wide(bound);
    const auto narrow = static_cast<std::uint32_t>(bound);
    std::uint64_t product = std::uint64_t{word32()} * narrow;
    if (static_cast<std::uint32_t>(product) < narrow) {
      const std::uint32_t biased = (0u - narrow) % narrow;
      while (static_cast<std::uint32_t>(product) < biased)
        product = std::uint64_t{word32()} * narrow;
    }
    return product >> 32;
  }

  // How many words of 32 bits were taken so far.
  std::uint64_t words() const { return counter_ * 4 + used_ - batch_.size(); }

 private:
  void refill();
  std::uint64_t below_wide(std::uint64_t bound);

  std::uint64_t seed_;
  std::uint64_t entity_;
  RandomStream stream_;
  std::uint32_t used_ = 8;
  std::uint64_t counter_ = 0;  // of the next block; wide, so that words() holds to the last word
  // Two blocks at a time: the processor overlaps them, which gives long streams a quarter more
  // words/s. Four give no more, and cost the many entities that take a few words only.
  std::array<std::uint32_t, 8> batch_{};
};

}  // namespace rolecall
