#include "results/chunk_codec.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cassert>
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
std::vector<std::byte> deflate(std::span<const std::byte> data) {
  assert(data.size() < std::numeric_limits<std::uint32_t>::max() / 2);
  const auto work = std::make_unique_for_overwrite<std::uint8_t[]>(ISAL_DEF_LVL1_DEFAULT);
  // Never longer than stored blocks, the zlib header and the checksum.
  std::vector<std::byte> packed(data.size() + (data.size() / stored_block + 1) * stored_header +
                                64);
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

}  // namespace

std::vector<std::byte> pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes) {
  const std::size_t elements = chunk.size() / element_bytes;
  if (!is_shuffled(elements, element_bytes)) return deflate(chunk);
  std::vector<std::byte> shuffled(chunk.size());
  for (std::size_t b = 0; b < element_bytes; ++b)
    for (std::size_t i = 0; i < elements; ++i)
      shuffled[b * elements + i] = chunk[i * element_bytes + b];
  return deflate(shuffled);
}

bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes,
                  std::span<std::byte> chunk) {
  const std::size_t elements = chunk.size() / element_bytes;
  if (!is_shuffled(elements, element_bytes)) return inflate(packed, chunk);
  std::vector<std::byte> shuffled(chunk.size());
  if (!inflate(packed, shuffled)) return false;
  for (std::size_t b = 0; b < element_bytes; ++b)
    for (std::size_t i = 0; i < elements; ++i)
      chunk[i * element_bytes + b] = shuffled[b * elements + i];
  return true;
}

}  // namespace rolecall
