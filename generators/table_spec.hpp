#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

enum class Presence : std::uint8_t { required, optional };

// A table that a world can be imported from. Other columns than these are custom attributes.
struct TableSpec {
  std::string name;                              // "accounts"
  Presence in_bundle;                            // of its file
  std::vector<std::string> required;             // columns without which there is no table
  std::vector<std::string> also_in_bundle = {};  // columns that the file of a bundle must have too
  std::vector<std::string> optional = {};        // columns
  std::vector<std::string> checked = {};    // attributes that a mapping has compared with others
  std::vector<std::string> described = {};  // attributes that docs/csv-bundle.md names

  std::string file() const { return name + ".csv"; }  // in a bundle

  // Whether a column is more than a custom attribute.
  bool knows(std::string_view column) const {
    return std::ranges::find(required, column) != required.end() ||
           std::ranges::find(also_in_bundle, column) != also_in_bundle.end() ||
           std::ranges::find(optional, column) != optional.end();
  }
};

// All there are, in the order in which they refer to each other.
const std::vector<TableSpec>& table_specs();

// Null when there is no such table.
const TableSpec* find_table_spec(std::string_view name);

}  // namespace rolecall
