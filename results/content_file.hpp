#pragma once

#include <string>

#include "results/dataset.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"

namespace rolecall {

// Writes content and provenance as one HDF5 file, which appears under `path` when it is whole.
// Returns the content digest, which also becomes the attribute content_digest of /provenance.
// Throws InputError when `path` exists and may not be overwritten, SystemError when the system
// refuses to write.
std::string write_content(const Content& content, const std::string& path,
                          const Provenance& provenance, Overwrite overwrite);

// The same to a file that is at hand for it, such as a partial one. Not yet on disk.
std::string write_whole(const Content& content, const std::string& path,
                        const Provenance& provenance);

}  // namespace rolecall
