#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/text_column.hpp"

namespace rolecall {

// A descriptive column of a table: text (empty when missing) or numbers (NaN when missing).
struct Attribute {
  std::string name;
  std::variant<TextColumn, std::vector<double>> values;
};

// The columns of a table beyond its keys, in order of name; each as long as the table.
using Attributes = std::vector<Attribute>;

// Null when there is no attribute of the name.
inline const Attribute* find(const Attributes& attributes, std::string_view name) {
  const auto it = std::ranges::find(attributes, name, &Attribute::name);
  return it == attributes.end() ? nullptr : &*it;
}

}  // namespace rolecall
