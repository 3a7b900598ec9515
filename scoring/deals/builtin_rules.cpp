#include "scoring/deals/builtin_rules.hpp"

#include <filesystem>

#include "core/error.hpp"
#include "core/text_file.hpp"

namespace rolecall {

const BuiltinRules* find_builtin_rules(std::string_view name) {
  for (const BuiltinRules& one : builtin_rules())
    if (one.rules.name == name) return &one;
  return nullptr;
}

std::string rules_text(const std::string& name_or_path) {
  if (const BuiltinRules* found = find_builtin_rules(name_or_path)) return found->text;
  if (!std::filesystem::exists(name_or_path)) {
    std::vector<std::string> names;
    for (const BuiltinRules& one : builtin_rules()) names.push_back(one.rules.name);
    throw InputError(
        {.field = "rules",
         .value = name_or_path,
         .what = "these are neither built-in rules nor a file that can be read",
         .remedy = suggest(name_or_path, names) + " `rolecall models` lists the built-in ones."});
  }
  return read_text(name_or_path);
}

}  // namespace rolecall
