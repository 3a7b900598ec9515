#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>

namespace rolecall {

// Three digits and a prefix for people: 1234567 → "1.23M"; with `plus`, "+1.23M".
inline std::string short_number(double value, bool plus = false) {
  constexpr std::array<const char*, 4> prefixes{"", "k", "M", "G"};
  std::size_t p = 0;
  while (std::abs(value) >= 999.5 && p + 1 < prefixes.size()) value /= 1000, ++p;
  return (plus ? fmt::format("{:+.3g}", value) : fmt::format("{:.3g}", value)) + prefixes[p];
}

}  // namespace rolecall
