#include "results/hdf5_chunks.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <vector>

#include "core/parallel.hpp"
#include "results/chunk_codec.hpp"

namespace rolecall::hdf5 {
namespace {

constexpr std::size_t chunks_per_thread = 4;  // in memory at a time

std::array<hsize_t, 2> offset_of(const ChunkShape& shape, std::size_t chunk) {
  return {chunk * shape.chunk_rows, 0};
}

}  // namespace

bool set_filters(hid_t properties) {
  constexpr unsigned level = 1;  // for whoever appends: readers do not look at it
  return H5Pset_shuffle(properties) >= 0 && H5Pset_deflate(properties, level) >= 0;
}

bool has_filters(hid_t properties) {
  if (H5Pget_nfilters(properties) != 2) return false;
  const auto filter = [&](unsigned i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    return H5Pget_filter2(properties, i, &flags, &values, nullptr, 0, nullptr, &config);
  };
  return filter(0) == H5Z_FILTER_SHUFFLE && filter(1) == H5Z_FILTER_DEFLATE;
}

bool write_chunks(hid_t dataset, const ChunkShape& shape, const Numbers& numbers) {
  const std::size_t chunks = parallel::block_count(shape.rows, shape.chunk_rows);
  const std::size_t batch = chunks_per_thread * parallel::threads();
  std::vector<PackedChunk> packed(std::min(batch, chunks));
  for (std::size_t first = 0; first < chunks; first += batch) {
    const std::size_t n = std::min(batch, chunks - first);
    parallel::for_each(n, [&](std::size_t i) {
      const std::size_t begin = (first + i) * shape.chunk_rows;
      const std::size_t end = std::min(shape.rows, begin + shape.chunk_rows);
      UninitializedVector<std::byte> buffer(shape.chunk_bytes());  // the last is written whole, too
      const std::size_t filled = (end - begin) * shape.columns * shape.element_bytes;
      std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.end(), std::byte{0});
      numbers.fill(begin * shape.columns, end * shape.columns, buffer.data());
      packed[i] = pack_chunk(buffer, shape.element_bytes);
    });
    for (std::size_t i = 0; i < n; ++i)
      if (H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset_of(shape, first + i).data(),
                         packed[i].size(), packed[i].data()) < 0)
        return false;
  }
  return true;
}

bool read_chunks(hid_t dataset, const ChunkShape& shape, std::uint64_t file_bytes, std::byte* out) {
  const std::size_t chunks = parallel::block_count(shape.rows, shape.chunk_rows);
  const std::size_t batch = chunks_per_thread * parallel::threads();
  const std::size_t row_bytes = shape.columns * shape.element_bytes;
  std::vector<PackedChunk> packed(std::min(batch, chunks));
  std::atomic<bool> whole = true;
  for (std::size_t first = 0; first < chunks && whole; first += batch) {
    const std::size_t n = std::min(batch, chunks - first);
    for (std::size_t i = 0; i < n; ++i) {
      const auto offset = offset_of(shape, first + i);
      hsize_t size = 0;
      std::uint32_t skipped_filters = 0;
      if (H5Dget_chunk_storage_size(dataset, offset.data(), &size) < 0 || size == 0 ||
          size > file_bytes)
        return false;
      packed[i].resize(size);
      if (H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped_filters, packed[i].data()) <
              0 ||
          skipped_filters != 0)
        return false;
    }
    parallel::for_each(n, [&](std::size_t i) {
      const std::size_t begin = (first + i) * shape.chunk_rows;
      const std::size_t rows = std::min(shape.chunk_rows, shape.rows - begin);
      const std::span target(out + begin * row_bytes, rows * row_bytes);
      if (rows == shape.chunk_rows) {
        if (!unpack_chunk(packed[i], shape.element_bytes, target)) whole = false;
        return;
      }
      UninitializedVector<std::byte> padded(shape.chunk_bytes());
      if (!unpack_chunk(packed[i], shape.element_bytes, padded)) whole = false;
      std::copy_n(padded.begin(), target.size(), target.begin());
    });
  }
  return whole;
}

}  // namespace rolecall::hdf5
