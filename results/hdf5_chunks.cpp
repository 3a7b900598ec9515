#include "results/hdf5_chunks.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "core/parallel.hpp"
#include "results/chunk_codec.hpp"

namespace rolecall::hdf5 {
namespace {

// What a thread packs or unpacks of a batch: much for its size, so that threads seldom wait.
constexpr std::size_t bytes_per_thread = std::size_t{4} << 20;
constexpr std::size_t least_chunks_per_thread = 4, most_chunks_per_thread = 64;

// Packed chunks that follow one another.
struct Batch {
  std::size_t first = 0;
  std::vector<PackedChunk> chunks;
};

// The chunks of a dataset, a batch at a time, still without bytes. Two are in memory: while HDF5
// takes or gives one, in one thread, the others pack or unpack the other.
class Batches {
 public:
  explicit Batches(const ChunkShape& shape)
      : chunks_(parallel::block_count(shape.rows, shape.chunk_rows)),
        batch_(parallel::threads() * std::clamp(bytes_per_thread / shape.chunk_bytes(),
                                                least_chunks_per_thread, most_chunks_per_thread)) {}

  Batch next() {  // empty after the last
    const std::size_t first = first_;
    first_ = std::min(chunks_, first + batch_);
    return {first, std::vector<PackedChunk>(first_ - first)};
  }

 private:
  std::size_t chunks_, batch_, first_ = 0;
};

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

Failure write_chunks(hid_t dataset, const ChunkShape& shape, const Numbers& numbers) {
  const auto pack = [&](std::size_t chunk) {
    const std::size_t begin = chunk * shape.chunk_rows;
    const std::size_t end = std::min(shape.rows, begin + shape.chunk_rows);
    UninitializedVector<std::byte> buffer(shape.chunk_bytes());  // the last is written whole, too
    const std::size_t filled = (end - begin) * shape.columns * shape.element_bytes;
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.end(), std::byte{0});
    numbers.fill(begin * shape.columns, end * shape.columns, buffer.data());
    return pack_chunk(buffer, shape.element_bytes);
  };
  const auto write = [&](const Batch& batch) {
    initialise();
    for (std::size_t i = 0; i < batch.chunks.size(); ++i)
      if (H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset_of(shape, batch.first + i).data(),
                         batch.chunks[i].size(), batch.chunks[i].data()) < 0)
        return Failure(failed_errno());
    return Failure();
  };
  Batches batches(shape);
  Batch packed;
  Failure failure;
  do {
    Batch next = batches.next();
    parallel::for_each(1 + next.chunks.size(), [&](std::size_t task) {
      if (task == 0)
        failure = write(packed);
      else
        next.chunks[task - 1] = pack(next.first + task - 1);
    });
    packed = std::move(next);
  } while (!failure && !packed.chunks.empty());
  return failure;
}

Failure read_chunks(hid_t dataset, const ChunkShape& shape, std::uint64_t file_bytes,
                    std::byte* out) {
  const std::size_t row_bytes = shape.columns * shape.element_bytes;
  const auto read = [&](Batch& batch) {
    initialise();
    for (std::size_t i = 0; i < batch.chunks.size(); ++i) {
      const auto offset = offset_of(shape, batch.first + i);
      hsize_t size = 0;
      std::uint32_t skipped_filters = 0;
      if (H5Dget_chunk_storage_size(dataset, offset.data(), &size) < 0)
        return Failure(failed_errno());
      if (size == 0 || size > file_bytes) return Failure(damaged);
      batch.chunks[i].resize(size);
      if (H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped_filters,
                        batch.chunks[i].data()) < 0)
        return Failure(failed_errno());
      if (skipped_filters != 0) return Failure(damaged);
    }
    return Failure();
  };
  const auto unpack = [&](std::size_t chunk, const PackedChunk& packed) {
    const std::size_t begin = chunk * shape.chunk_rows;
    const std::size_t rows = std::min(shape.chunk_rows, shape.rows - begin);
    const std::span target(out + begin * row_bytes, rows * row_bytes);
    if (rows == shape.chunk_rows) return unpack_chunk(packed, shape.element_bytes, target);
    UninitializedVector<std::byte> padded(shape.chunk_bytes());
    if (!unpack_chunk(packed, shape.element_bytes, padded)) return false;
    std::copy_n(padded.begin(), target.size(), target.begin());
    return true;
  };
  Batches batches(shape);
  Batch packed;
  Failure failure;
  std::atomic<bool> whole = true;
  do {
    Batch next = batches.next();
    parallel::for_each(1 + packed.chunks.size(), [&](std::size_t task) {
      if (task == 0)
        failure = read(next);
      else if (!unpack(packed.first + task - 1, packed.chunks[task - 1]))
        whole = false;
    });
    packed = std::move(next);
  } while (!failure && whole && !packed.chunks.empty());
  return whole ? failure : damaged;
}

}  // namespace rolecall::hdf5
