#include "results/chunk_codec.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
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

// With the bytes of an element known to it, and the loop over them inside, GCC makes vectors of
// these: ten times as fast, already on plain x86-64.
template <std::size_t bytes>
void shuffle_fixed(const std::byte* __restrict from, std::size_t n, std::byte* __restrict to) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t b = 0; b < bytes; ++b) to[b * n + i] = from[i * bytes + b];
}

template <std::size_t bytes>
void unshuffle_fixed(const std::byte* __restrict from, std::size_t n, std::byte* __restrict to) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t b = 0; b < bytes; ++b) to[i * bytes + b] = from[b * n + i];
}

void shuffle(std::span<const std::byte> from, std::size_t bytes, std::byte* to) {
  const std::size_t n = from.size() / bytes;
  if (bytes == 2) return shuffle_fixed<2>(from.data(), n, to);
  if (bytes == 4) return shuffle_fixed<4>(from.data(), n, to);
  if (bytes == 8) return shuffle_fixed<8>(from.data(), n, to);
  for (std::size_t b = 0; b < bytes; ++b)
    for (std::size_t i = 0; i < n; ++i) to[b * n + i] = from[i * bytes + b];
}

void unshuffle(const std::byte* from, std::size_t bytes, std::span<std::byte> to) {
  const std::size_t n = to.size() / bytes;
  if (bytes == 2) return unshuffle_fixed<2>(from, n, to.data());
  if (bytes == 4) return unshuffle_fixed<4>(from, n, to.data());
  if (bytes == 8) return unshuffle_fixed<8>(from, n, to.data());
  for (std::size_t b = 0; b < bytes; ++b)
    for (std::size_t i = 0; i < n; ++i) to[i * bytes + b] = from[b * n + i];
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
