#include "experiments/program/difference_text.hpp"

#include <fmt/format.h>

#include <map>
#include <sstream>

#include "core/error.hpp"
#include "core/toml_keys.hpp"
#include "experiments/program/table_output.hpp"

namespace rolecall::program {
namespace {

constexpr std::size_t longest = 120;  // of a value on a line [byte]

std::vector<std::pair<std::string, std::string>> lines_of(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.emplace_back(fmt::format("line {}", lines.size() + 1), line);
  return lines;
}

std::vector<std::pair<std::string, std::string>> keys_of(const std::string& text, bool& is_toml) {
  try {
    if (is_toml) return toml_keys(text, "");
  } catch (const InputError&) {
    is_toml = false;
  }
  return lines_of(text);
}

// On one line, and not without end.
std::string cut(const std::string& value) {
  if (value.empty()) return "nothing";
  std::string text = printable(value);
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string value_of(const std::optional<AttributeValue>& value) {
  return value ? text_of(*value) : std::string();
}

}  // namespace

std::vector<KeyDifference> differing_keys(const std::string& a, const std::string& b) {
  bool is_toml = a.find('=') != std::string::npos || b.find('=') != std::string::npos;
  const bool before = is_toml;
  auto keys_a = keys_of(a, is_toml);
  const auto keys_b = keys_of(b, is_toml);
  if (before && !is_toml) keys_a = lines_of(a);
  std::vector<KeyDifference> differences;
  const std::map<std::string, std::string> in_a(keys_a.begin(), keys_a.end()),
      in_b(keys_b.begin(), keys_b.end());
  for (const auto& [key, value] : keys_a) {
    const auto other = in_b.find(key);
    if (other == in_b.end() || other->second != value)
      differences.push_back({key, value, other == in_b.end() ? "" : other->second});
  }
  for (const auto& [key, value] : keys_b)
    if (!in_a.contains(key)) differences.push_back({key, "", value});
  return differences;
}

std::string place_of(const AttributeDifference& attribute) {
  return attribute.owner + "@" + attribute.name;
}

std::string one_line(const std::string& place, const std::string& a, const std::string& b,
                     const char* name, const char* other) {
  if (a.find('\n') == std::string::npos && b.find('\n') == std::string::npos)
    return fmt::format("{}: {} {}, {} {}", place, name, cut(a), other, cut(b));
  const std::vector<KeyDifference> keys = differing_keys(a, b);
  if (keys.empty()) return fmt::format("{}: blanks or comments of the text differ", place);
  return fmt::format("{}, {}: {} {}, {} {}", place, keys[0].key, name, cut(keys[0].a), other,
                     cut(keys[0].b));
}

std::string one_line(const AttributeDifference& attribute, const char* name, const char* other) {
  return one_line(place_of(attribute), value_of(attribute.a), value_of(attribute.b), name, other);
}

std::string one_line(const DatasetDifference& d, const char* name, const char* other) {
  if (d.what == "values")
    return fmt::format("{}, row {}: {} {}, {} {}", d.path, d.first_row, name, cut(d.a), other,
                       cut(d.b));
  return fmt::format("{}: {} {}, {} {}", d.path, name, cut(d.a), other, cut(d.b));
}

}  // namespace rolecall::program
