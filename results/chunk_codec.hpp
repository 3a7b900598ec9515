#pragma once

#include <cstddef>
#include <span>

#include "core/uninitialized.hpp"

// HDF5's standard filters shuffle and gzip, on memory: HDF5 itself runs them on one thread, here
// chunks are packed and unpacked in parallel and pass HDF5 as they are.
namespace rolecall {

using PackedChunk = UninitializedVector<std::byte>;

// Every first byte of the elements, then every second, and so on, deflated into a zlib stream.
// The chunk holds whole elements.
PackedChunk pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes);

// The inverse, into all of `chunk`. False when `packed` is damaged or of another size.
bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes,
                  std::span<std::byte> chunk);

}  // namespace rolecall
