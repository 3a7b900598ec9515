#include "results/file_info.hpp"

#include "results/digest.hpp"
#include "results/file_format.hpp"

namespace rolecall {

FileInfo describe(const std::string& path) {
  const Hdf5Reader file(path);
  FileInfo info;
  info.format = to_string(file_format(file));
  if (file.has("provenance")) info.provenance = file.attributes("provenance");
  const FileDigest digest = file_digest(file);
  info.digest = digest.content;
  for (const DigestedDataset& dataset : digest.datasets) {
    if (info.altered.empty() && dataset.is_altered()) info.altered = dataset.info.path;
    info.datasets.push_back({dataset.info, file.text_attribute(dataset.info.path, "unit")});
  }
  return info;
}

}  // namespace rolecall
