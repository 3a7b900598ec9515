#include "results/chunk_codec.hpp"

#include <zlib.h>

#include <new>

namespace rolecall {
namespace {

// Like HDF5's filter, leaves bytes and single elements alone.
bool is_shuffled(std::size_t elements, std::size_t element_bytes) {
  return element_bytes > 1 && elements > 1;
}

}  // namespace

std::vector<std::byte> pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes,
                                  int level) {
  const std::size_t elements = chunk.size() / element_bytes;
  std::vector<std::byte> shuffled;
  if (is_shuffled(elements, element_bytes)) {
    shuffled.resize(chunk.size());
    for (std::size_t b = 0; b < element_bytes; ++b)
      for (std::size_t i = 0; i < elements; ++i)
        shuffled[b * elements + i] = chunk[i * element_bytes + b];
    chunk = shuffled;
  }
  uLongf size = compressBound(chunk.size());
  std::vector<std::byte> packed(size);
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(chunk.data()), chunk.size(), level) != Z_OK)
    throw std::bad_alloc();  // the only way left to fail: the buffer is large enough
  packed.resize(size);
  return packed;
}

bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes,
                  std::span<std::byte> chunk) {
  const std::size_t elements = chunk.size() / element_bytes;
  std::vector<std::byte> shuffled;
  std::span<std::byte> target = chunk;
  if (is_shuffled(elements, element_bytes)) {
    shuffled.resize(chunk.size());
    target = shuffled;
  }
  uLongf size = target.size();
  if (uncompress(reinterpret_cast<Bytef*>(target.data()), &size,
                 reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK ||
      size != target.size())
    return false;
  if (!shuffled.empty())
    for (std::size_t b = 0; b < element_bytes; ++b)
      for (std::size_t i = 0; i < elements; ++i)
        chunk[i * element_bytes + b] = shuffled[b * elements + i];
  return true;
}

}  // namespace rolecall
