#pragma once

#include <string>
#include <vector>

#include "core/toml_table.hpp"
#include "sim/journeys/journey.hpp"

namespace rolecall::sim {

// Reads the nodes of one journey, whose ids are known beforehand.
class NodeReader {
 public:
  explicit NodeReader(const std::vector<std::string>& ids) : ids_(ids) {}

  JourneyNode read(TomlTable in);

  // Whether every target so far was there.
  bool targets_known() const { return targets_known_; }

 private:
  NodeIndex target(TomlTable& in, std::string_view key);
  void read(TomlTable& in, node::SplitGroups& split);
  void read(TomlTable& in, node::RandomGroups& split);
  void read(TomlTable& in, node::SplitPeople& split);
  void read(TomlTable& in, node::RandomPeople& split);
  void read(TomlTable& in, node::Act& act);
  void read(TomlTable& in, node::Wait& wait);
  void read(TomlTable& in, node::Listen& listen);

  const std::vector<std::string>& ids_;
  bool targets_known_ = true;
};

}  // namespace rolecall::sim
