#include "results/dataset.hpp"

#include <array>

namespace rolecall {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> escapes{
    {{"%25", "%"}, {"%2F", "/"}}};

}  // namespace

std::string_view to_string(ElementType type) {
  constexpr std::array<std::string_view, 8> names{"i4", "i8", "u1", "u2", "u4", "u8", "f8", "text"};
  return names[static_cast<std::size_t>(type)];
}

std::size_t byte_size(ElementType type) {
  constexpr std::array<std::size_t, 8> sizes{4, 8, 1, 2, 4, 8, 8, 0};
  return sizes[static_cast<std::size_t>(type)];
}

ElementType Dataset::type() const {
  const auto* numbers = std::get_if<Numbers>(&values);
  return numbers != nullptr ? numbers->type : ElementType::text;
}

std::vector<std::uint64_t> Dataset::shape() const {
  if (const auto* numbers = std::get_if<Numbers>(&values)) return numbers->shape;
  return {std::get<const TextColumn*>(values)->size()};
}

std::string escape_link(std::string_view name) {
  if (name.empty()) return "%00";
  if (name == ".") return "%2E";
  std::string link;
  for (const char c : name) {
    if (c == '/')
      link += "%2F";
    else if (c == '%')
      link += "%25";
    else
      link += c;
  }
  return link;
}

std::string unescape_link(std::string_view link) {
  if (link == "%00") return "";
  if (link == "%2E") return ".";
  std::string name;
  while (!link.empty()) {
    std::string_view taken = link.substr(0, 1), meant = taken;
    for (const auto& [escape, character] : escapes)
      if (link.starts_with(escape)) taken = escape, meant = character;
    name += meant;
    link.remove_prefix(taken.size());
  }
  return name;
}

}  // namespace rolecall
