#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "core/timestamp.hpp"

// The syntax tree of a predicate.
namespace rolecall::syntax {

enum class Kind : std::uint8_t {
  // Operands.
  text,    // "Director"
  number,  // 1e6
  day,     // 2026-03-01
  truth,   // true
  name,    // revenue, account.revenue
  call,    // count("Open Email", last 14 days); children: arguments
  // Arguments alone.
  list,        // ["a", "b"]; children: operands
  last_days,   // last 14 days
  everything,  // *
  // Conditions.
  any,         // a or b
  all,         // a and b
  negation,    // not a
  comparison,  // a < b; children: left, right
  between,     // a between b and c; children: value, low, high
  is_missing,  // a is missing
};

enum class Operator : std::uint8_t {
  equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  contains,
  has_word,
  starts_with,
  ends_with,
  matches,
};

struct Node {
  Kind kind{};
  std::size_t begin = 0, end = 0;  // bytes of the text
  std::string text = {};           // of a text; the name of a name or a call
  double number = 0;               // of a number; the days of last_days; 0 or 1 of a truth
  Day day = {};
  Operator op = {};      // of a comparison
  bool negated = false;  // !=, not in, is not missing, ...
  std::vector<Node> children = {};
};

}  // namespace rolecall::syntax
