#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Specifications whose keys stand in one list, from which their files are read, written and
// explained: a function for_each_field(section, visit) that calls visit(FieldInfo, field).
namespace rolecall {

struct FieldInfo {
  std::string_view key;
  std::string_view unit;  // empty: a pure number, or a name
  std::string_view meaning;
  double low = 0;  // of numbers, inclusive
  double high = std::numeric_limits<double>::infinity();
};

// TOML has 64-bit integers with a sign, and so has the command line.
inline constexpr std::uint64_t largest_seed = std::numeric_limits<std::int64_t>::max();

// A section of this type, const when it is written.
template <class S, class Section>
concept SectionOf = std::same_as<std::remove_const_t<S>, Section>;

// Names and their relative shares, in order of name.
using Shares = std::vector<std::pair<std::string, double>>;

enum class Comments : std::uint8_t { none, meanings };

}  // namespace rolecall
