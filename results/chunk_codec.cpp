#include "results/chunk_codec.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>

namespace rolecall {
namespace {

constexpr std::size_t stored_block = 65'535;  // [byte] that deflate can store as it is, at most
constexpr std::size_t stored_header = 5;      // [byte]

// Like HDF5's filter, leaves bytes and single elements alone.
bool is_shuffled(std::size_t elements, std::size_t element_bytes) {
  return element_bytes > 1 && elements > 1;
}

auto* bytes_of(std::span<const std::byte> data) {  // ISA-L does not write to its input
  return reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(data.data()));
}
auto* bytes_of(std::span<std::byte> data) { return reinterpret_cast<std::uint8_t*>(data.data()); }

// A zlib stream. Chunks stay far below the 4 GB that ISA-L counts to.
PackedChunk deflate(std::span<const std::byte> data) {
  assert(data.size() < std::numeric_limits<std::uint32_t>::max() / 2);
  const auto work = std::make_unique_for_overwrite<std::uint8_t[]>(ISAL_DEF_LVL1_DEFAULT);
  // Never longer than stored blocks, the zlib header and the checksum.
  PackedChunk packed(data.size() + (data.size() / stored_block + 1) * stored_header + 64);
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.level = 1;
  stream.level_buf = work.get();
  stream.level_buf_size = ISAL_DEF_LVL1_DEFAULT;
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 1;
  stream.next_in = bytes_of(data);
  stream.avail_in = static_cast<std::uint32_t>(data.size());
  stream.next_out = bytes_of(std::span(packed));
  stream.avail_out = static_cast<std::uint32_t>(packed.size());
  [[maybe_unused]] const int result = isal_deflate_stateless(&stream);
  assert(result == COMP_OK);  // the buffer is large enough, and nothing else can fail
  packed.resize(stream.total_out);
  return packed;
}

// Fills `data` exactly, and checks the checksum.
bool inflate(std::span<const std::byte> packed, std::span<std::byte> data) {
  if (std::max(packed.size(), data.size()) > std::numeric_limits<std::uint32_t>::max())
    return false;
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  state.next_in = bytes_of(packed);
  state.avail_in = static_cast<std::uint32_t>(packed.size());
  state.next_out = bytes_of(data);
  state.avail_out = static_cast<std::uint32_t>(data.size());
  return isal_inflate(&state) == ISAL_DECOMP_OK && state.block_state == ISAL_BLOCK_FINISH &&
         state.avail_out == 0;
}

// One stream for each byte of a word: loops that the compiler turns into vectors.
template <std::unsigned_integral Word>
void shuffle_words(const std::byte* __restrict from, std::size_t words, std::byte* __restrict to) {
  for (std::size_t b = 0; b < sizeof(Word); ++b)
    for (std::size_t i = 0; i < words; ++i) {
      Word word;
      std::memcpy(&word, from + i * sizeof word, sizeof word);
      to[b * words + i] = static_cast<std::byte>(word >> 8 * b);
    }
}

template <std::unsigned_integral Word>
void unshuffle_words(const std::byte* __restrict from, std::size_t words,
                     std::byte* __restrict to) {
  for (std::size_t i = 0; i < words; ++i) {
    Word word = 0;
    for (std::size_t b = 0; b < sizeof word; ++b)
      word |= static_cast<Word>(static_cast<Word>(from[b * words + i]) << 8 * b);
    std::memcpy(to + i * sizeof word, &word, sizeof word);
  }
}

void shuffle(std::span<const std::byte> from, std::size_t element_bytes, std::byte* to) {
  const std::size_t n = from.size() / element_bytes;
  switch (element_bytes) {
    case 2:
      return shuffle_words<std::uint16_t>(from.data(), n, to);
    case 4:
      return shuffle_words<std::uint32_t>(from.data(), n, to);
    case 8:
      return shuffle_words<std::uint64_t>(from.data(), n, to);
    default:
      for (std::size_t b = 0; b < element_bytes; ++b)
        for (std::size_t i = 0; i < n; ++i) to[b * n + i] = from[i * element_bytes + b];
  }
}

void unshuffle(const std::byte* from, std::size_t element_bytes, std::span<std::byte> to) {
  const std::size_t n = to.size() / element_bytes;
  switch (element_bytes) {
    case 2:
      return unshuffle_words<std::uint16_t>(from, n, to.data());
    case 4:
      return unshuffle_words<std::uint32_t>(from, n, to.data());
    case 8:
      return unshuffle_words<std::uint64_t>(from, n, to.data());
    default:
      for (std::size_t b = 0; b < element_bytes; ++b)
        for (std::size_t i = 0; i < n; ++i) to[i * element_bytes + b] = from[b * n + i];
  }
}

}  // namespace

PackedChunk pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes) {
  if (!is_shuffled(chunk.size() / element_bytes, element_bytes)) return deflate(chunk);
  UninitializedVector<std::byte> shuffled(chunk.size());
  shuffle(chunk, element_bytes, shuffled.data());
  return deflate(shuffled);
}

bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes,
                  std::span<std::byte> chunk) {
  if (!is_shuffled(chunk.size() / element_bytes, element_bytes)) return inflate(packed, chunk);
  UninitializedVector<std::byte> shuffled(chunk.size());
  if (!inflate(packed, shuffled)) return false;
  unshuffle(shuffled.data(), element_bytes, chunk);
  return true;
}

}  // namespace rolecall
