#include "core/toml_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rolecall {
namespace {

constexpr double largest_number = 1e12;  // in lists, where no field says

std::vector<std::string> quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  for (const std::string& text : texts) result.push_back(quoted_key(text));
  return result;
}

std::string range_of(const FieldInfo& info) {
  if (info.low == 0 && std::isinf(info.high)) return "";
  if (std::isinf(info.high)) return fmt::format("{:g} or more", info.low);
  return fmt::format("{:g} to {:g}", info.low, info.high);
}

}  // namespace

void FieldReader::operator()(const FieldInfo& info, double& value) const {
  if (const auto v = in_.number(info.key, info.low, info.high)) value = *v;
}

void FieldReader::operator()(const FieldInfo& info, std::uint64_t& value) const {
  const std::int64_t high = info.high < 0x1p63 ? static_cast<std::int64_t>(info.high)
                                               : std::numeric_limits<std::int64_t>::max();
  if (const auto v = in_.integer(info.key, static_cast<std::int64_t>(info.low), high))
    value = static_cast<std::uint64_t>(*v);
}

void FieldReader::operator()(const FieldInfo& info, bool& value) const {
  if (const auto v = in_.boolean(info.key)) value = *v;
}

void FieldReader::operator()(const FieldInfo& info, std::string& value) const {
  if (const auto v = in_.string(info.key)) value = *v;
}

void FieldReader::operator()(const FieldInfo& info, Day& value) const {
  const toml::node* node = in_.take(info.key);
  if (node == nullptr) return;
  std::optional<Day> day;
  if (const auto* date = node->as_date()) {
    const auto& d = date->get();
    day = parse_day(fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day));
  } else if (const auto* text = node->as_string()) {
    day = parse_day(text->get());
  }
  if (day)
    value = *day;
  else
    in_.report(*node, info.key, "this is not a date", "Write one such as 2026-03-31.");
}

void FieldReader::operator()(const FieldInfo& info, std::vector<double>& value) const {
  const toml::array* array = in_.array(info.key);
  if (array == nullptr) return;
  value.clear();
  for (const toml::node& node : *array)
    value.push_back(in_.number(node, info.key, 0, largest_number).value_or(0));
}

void FieldReader::operator()(const FieldInfo& info, std::vector<std::string>& value) const {
  const toml::array* array = in_.array(info.key);
  if (array == nullptr) return;
  value.clear();
  for (const toml::node& node : *array) {
    if (const auto* text = node.as_string())
      value.push_back(text->get());
    else
      in_.report(node, info.key, "this is not a text", "Put it in double quotes.");
  }
}

void FieldReader::operator()(const FieldInfo& info, Shares& value) const {
  const toml::table* table = in_.table(info.key);
  if (table == nullptr) return;
  TomlTable shares = in_.inner(*table, info.key);
  value.clear();
  for (const auto& [key, node] : *table)
    value.emplace_back(std::string(key.str()),
                       shares.number(node, key.str(), 0, largest_number).value_or(0));
  std::ranges::sort(value);
}

void FieldWriter::write(const FieldInfo& info, Kind kind, const std::string& value) const {
  if (comments_ == Comments::meanings) {
    std::string notes(info.unit);
    if (const std::string range = range_of(info); kind == Kind::number && !range.empty())
      notes += (notes.empty() ? "" : "; ") + range;
    out_ += fmt::format("# {}{}\n", info.meaning, notes.empty() ? "" : " [" + notes + "]");
  }
  out_ += fmt::format("{} = {}\n", info.key, value);
}

void FieldWriter::operator()(const FieldInfo& info, double value) const {
  write(info, Kind::number, fmt::format("{}", value));
}
void FieldWriter::operator()(const FieldInfo& info, std::uint64_t value) const {
  write(info, Kind::number, fmt::format("{}", value));
}
void FieldWriter::operator()(const FieldInfo& info, bool value) const {
  write(info, Kind::other, fmt::format("{}", value));
}
void FieldWriter::operator()(const FieldInfo& info, const std::string& value) const {
  write(info, Kind::other, quoted_key(value));
}
void FieldWriter::operator()(const FieldInfo& info, Day value) const {
  write(info, Kind::other, to_string(value));
}
void FieldWriter::operator()(const FieldInfo& info, const std::vector<double>& value) const {
  write(info, Kind::other, fmt::format("[{}]", fmt::join(value, ", ")));
}
void FieldWriter::operator()(const FieldInfo& info, const std::vector<std::string>& value) const {
  write(info, Kind::other, fmt::format("[{}]", fmt::join(quoted(value), ", ")));
}
void FieldWriter::operator()(const FieldInfo& info, const Shares& value) const {
  std::vector<std::string> pairs;
  for (const auto& [name, share] : value)
    pairs.push_back(fmt::format("{} = {}", quoted_key(name), share));
  write(info, Kind::other, fmt::format("{{ {} }}", fmt::join(pairs, ", ")));
}

}  // namespace rolecall
