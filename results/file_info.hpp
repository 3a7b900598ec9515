#pragma once

#include <string>
#include <vector>

#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {

struct DatasetSummary {
  DatasetInfo info;
  std::string unit;
};

// What a file is, for a person to read. Any of our formats, of any version.
struct FileInfo {
  std::string format;                     // "rolecall.world/1"
  std::string digest;                     // of the content, computed from the data
  std::string altered;                    // first dataset that is not as it was written; or empty
  std::vector<FileAttribute> provenance;  // in the order of docs/format.md
  std::vector<DatasetSummary> datasets;   // in bytewise order of path
};

// Reads the whole file. Throws InputError when it is not one of ours, or damaged.
FileInfo describe(const std::string& path);

}  // namespace rolecall
