#include "core/toml_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/toml_table.hpp"

namespace rolecall {
namespace {

using Keys = std::vector<std::pair<std::string, std::string>>;

bool is_bare(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// What tells the tables of an array apart: a key whose texts are all there and all differ.
std::vector<std::string> names_of(const toml::array& array) {
  for (const char* key : {"name", "path"}) {
    std::set<std::string> seen;
    std::vector<std::string> names;
    for (const toml::node& item : array) {
      const auto name = (*item.as_table())[key].value<std::string>();
      if (!name || !seen.insert(*name).second) break;
      names.push_back(*name);
    }
    if (names.size() == array.size()) return names;
  }
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < array.size(); ++i) numbers.push_back(fmt::format("{}", i + 1));
  return numbers;
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

void append(const toml::node& node, const std::string& path, Keys& keys) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      const std::string name = is_bare(key.str()) ? std::string(key.str()) : quoted_key(key.str());
      append(value, path.empty() ? name : path + "." + name, keys);
    }
    return;
  }
  const toml::array* array = node.as_array();
  if (array != nullptr && !array->empty() && array->is_homogeneous(toml::node_type::table)) {
    const std::vector<std::string> names = names_of(*array);
    for (std::size_t i = 0; i < array->size(); ++i)
      append(*array->get(i), fmt::format("{}[{}]", path, names[i]), keys);
    return;
  }
  keys.emplace_back(path, text_of(node));
}

}  // namespace

Keys toml_keys(std::string_view text, const std::string& source) {
  Keys keys;
  append(parse_toml(text, source), "", keys);
  std::ranges::sort(keys);
  return keys;
}

}  // namespace rolecall
