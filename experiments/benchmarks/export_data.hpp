#pragma once

#include <cstddef>
#include <filesystem>

namespace rolecall::bench {

// Writes the data of the cases as plain little-endian arrays, and meta.json with their sizes and
// the checksums that rolecall finds, for peers.py. What it writes is verified against the slow
// reference first.
void export_data(const std::filesystem::path& folder, std::size_t activities);

}  // namespace rolecall::bench
