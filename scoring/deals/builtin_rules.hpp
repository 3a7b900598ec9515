#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scoring/deals/rules.hpp"

namespace rolecall {

struct BuiltinRules {
  DealRules rules;
  std::string text;  // the TOML that they were read from
};

// The rules that come with the program, in order of name: docs/models.md tells of each.
const std::vector<BuiltinRules>& builtin_rules();

// The built-in rules of a name; null when there are none.
const BuiltinRules* find_builtin_rules(std::string_view name);

// The text of built-in rules by name, or of the file of that path. Throws InputError when it is
// neither.
std::string rules_text(const std::string& name_or_path);

}  // namespace rolecall
