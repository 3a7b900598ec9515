#include "core/toml_embedded.hpp"

#include <algorithm>
#include <sstream>

namespace rolecall {
namespace {

// The row of what is named "section.key" in a table, or of the last part of it that is there.
std::size_t row_in(const toml::table& table, std::string_view name) {
  const toml::node* at = &table;
  while (at->is_table()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    const toml::node* inner = at->as_table()->get(name.substr(0, dot));
    if (inner == nullptr) break;
    at = inner;
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return at->source().begin.line;
}

}  // namespace

std::string toml_text(const toml::table& table) {
  std::ostringstream text;
  text << toml::toml_formatter(table);
  return text.str();
}

bool read_embedded(TomlTable& in, std::string_view key,
                   const std::function<void(const toml::table&)>& read) {
  const toml::table* table = in.table(key);
  if (table == nullptr) return false;
  try {
    read(*table);
    return true;
  } catch (const InputError& error) {
    for (Problem problem : error.problems()) {
      problem.file = in.source();
      problem.row = row_in(*table, problem.field);
      problem.field = in.name(key) + (problem.field.empty() ? "" : "." + problem.field);
      in.report(InputError(std::move(problem)));
    }
    return false;
  }
}

}  // namespace rolecall
