#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/toml_table.hpp"

// Lists in TOML tables; include it in sources alone.
namespace rolecall {

// Calls read(table) for each [[key]], or table of a list under the key.
template <class Read>
void for_each_table(TomlTable& in, std::string_view key, Read read) {
  const toml::array* all = in.array(key);
  if (all == nullptr) return;
  for (const toml::node& node : *all) {
    if (const auto* table = node.as_table())
      read(in.inner(*table, key));
    else
      in.report(node, key, "this is not a table", fmt::format("Write it as [[{}]].", key));
  }
}

// The texts of a list.
inline std::vector<std::string> texts(TomlTable& in, std::string_view key) {
  std::vector<std::string> result;
  if (const toml::array* array = in.array(key))
    for (const toml::node& node : *array) {
      if (const auto* text = node.as_string())
        result.push_back(text->get());
      else
        in.report(node, key, "this is not a text", "Put it in double quotes.");
    }
  return result;
}

}  // namespace rolecall
