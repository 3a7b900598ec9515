#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_column.hpp"
#include "core/world.hpp"
#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"

// What a file says, in 64 hexadecimal digits (SHA-256): the same for every thread count, chunking,
// compression and provenance. The rule, with a reader in Python, is in docs/format.md.
namespace rolecall {

// Of one dataset: the little-endian values in C order, every NaN as the same NaN; a text as its
// length in bytes (u8), then its bytes.
std::string dataset_digest(const Dataset& dataset);

// Of each dataset, in their order; hashed in parallel, one dataset a task.
std::vector<std::string> dataset_digests(const std::vector<Dataset>& datasets);

// Of all: of the lines "path type shape sha256" of the datasets and "owner@name type scalar sha256"
// of the attributes, in bytewise order. `shas` as dataset_digests gives them.
std::string content_digest(const Content& content, const std::vector<std::string>& shas);
std::string content_digest(const Content& content);

// Of the world as write_world writes it.
std::string content_digest(const World& world);

// Of a file, computed from its data. Throws InputError when the file cannot be read as ours.
std::string content_digest(const std::string& path);

// The digest that the file was written with; empty when it keeps none.
std::string stored_digest(const std::string& path);

struct DigestedDataset {
  DatasetInfo info;
  std::string sha256;  // of the data as they are
  std::string stored;  // as the file has it; empty when it has none

  bool is_altered() const { return sha256 != stored; }
};

struct FileDigest {
  std::string content;
  std::vector<DigestedDataset> datasets;  // in bytewise order of path
};

FileDigest file_digest(const Hdf5Reader& file);

// The first dataset, by path, whose data disagree with the digest stored with them (a damaged or
// altered file); none when all agree. A dataset without a stored digest disagrees.
std::optional<std::string> find_altered_dataset(const std::string& path);

}  // namespace rolecall
