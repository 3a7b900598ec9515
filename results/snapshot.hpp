#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rolecall {

// A named column of the state of something that runs for long, as it was at one moment.
struct SnapshotColumn {
  std::string name;  // "buyers/stage"; unique in its snapshot
  std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::int32_t>,
               std::vector<std::uint32_t>, std::vector<std::uint64_t>, std::vector<std::int64_t>,
               std::vector<double>>
      values;
};

using Snapshot = std::vector<SnapshotColumn>;

}  // namespace rolecall
