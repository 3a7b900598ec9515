#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "results/dataset.hpp"
#include "results/hdf5_handle.hpp"

// Private to the HDF5 reader and writer: the data of chunked datasets, packed and unpacked in
// parallel, past HDF5's filters, which run on one thread. Chunks hold whole rows, so that each is
// one range of the elements in C order.
namespace rolecall::hdf5 {

struct ChunkShape {
  std::size_t rows = 0;  // of the dataset
  std::size_t columns = 1;
  std::size_t chunk_rows = 1;
  std::size_t element_bytes = 1;

  std::size_t chunk_bytes() const { return chunk_rows * columns * element_bytes; }
};

// A dataset's chunks take this pair of filters; false when HDF5 refuses.
bool set_filters(hid_t properties);

// They do, in this order.
bool has_filters(hid_t properties);

// What went wrong, if anything: the errno of the system, or `damaged` when the fault is the file's.
using Failure = std::optional<int>;
inline constexpr int damaged = 0;

Failure write_chunks(hid_t dataset, const ChunkShape& shape, const Numbers& numbers);

// Into all rows of `out`. No chunk takes more than `file_bytes` in the file.
Failure read_chunks(hid_t dataset, const ChunkShape& shape, std::uint64_t file_bytes,
                    std::byte* out);

}  // namespace rolecall::hdf5
