#include "core/toml_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

namespace rolecall {

toml::table parse_toml(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    throw InputError({.file = source,
                      .row = error.source().begin.line,
                      .what = fmt::format("this is not TOML: {} (column {})", error.description(),
                                          error.source().begin.column),
                      .remedy =
                          "Names with blanks need double quotes, numbers a digit before the point; "
                          "see toml.io."});
  }
}

std::string quoted_key(std::string_view key) {
  std::string result = "\"";
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (byte < 0x20 || byte == 0x7f)
      result += fmt::format("\\u{:04X}", byte);
    else
      result += c;
  }
  return result + '"';
}

void TomlTable::reject_unknown_keys() {
  for (const auto& [key, node] : table_) {
    if (std::ranges::find(known_, key.str()) != known_.end()) continue;
    problems_.add({.file = source_,
                   .row = key.source().begin.line,
                   .field = name(key.str()),
                   .what = "there is no such key",
                   .remedy = suggest(key.str(), known_)});
  }
}

std::string TomlTable::text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  // A section is no value that a message could show in its line.
  if (const auto* table = node.as_table(); table != nullptr && !table->is_inline()) return {};
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

std::string TomlTable::range_text(double low, double high) {
  if (!std::isfinite(low) && !std::isfinite(high)) return "Write a finite number.";
  if (!std::isfinite(high) || high >= 9e15) return fmt::format("Write one of at least {}.", low);
  return fmt::format("Write one from {} to {}.", low, high);
}

std::string TomlTable::suggest_choice(const std::string& text,
                                      const std::vector<std::string>& words) {
  const std::string_view near = nearest(text, words);
  const std::string all = fmt::format("The choices are {}.", fmt::join(words, ", "));
  return near.empty() ? all : fmt::format("Did you mean '{}'? {}", near, all);
}

}  // namespace rolecall
