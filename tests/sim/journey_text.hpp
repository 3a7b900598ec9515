#pragma once

#include <string>
#include <vector>

#include "core/toml_table.hpp"
#include "sim/journeys/journey_file.hpp"

namespace rolecall::sim {

// The journeys of a text of nothing else. Throws InputError.
inline std::vector<Journey> parse_journeys(const std::string& text) {
  const std::string source = "j.toml";
  const toml::table root = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(root, "", source, problems);
  std::vector<Journey> journeys = read_journeys(in);
  in.reject_unknown_keys();
  problems.throw_if_any();
  return journeys;
}

}  // namespace rolecall::sim
