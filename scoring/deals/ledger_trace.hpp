#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/timestamp.hpp"

namespace rolecall {

// Why something was written into a ledger, or done.
struct Cause {
  enum class Kind : std::uint8_t {
    condition,
    first_day,
    closing,
    activity,
    event,
    score,
    stagnation
  };
  Kind kind = Kind::condition;
  std::uint64_t row = std::numeric_limits<std::uint64_t>::max();  // of the activity or event
};

// An entry of a ledger. Indices are those of BoundLevel.
struct LedgerLine {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t score = 0;          // column
  std::uint32_t listener = none;    // the rule ...
  std::uint32_t stagnation = none;  // ... or the stagnation
  Cause cause = {};
  Day day{};
  bool is_set = false;
  std::int64_t units = 0;  // added, or set to
  Day until = Day::max();  // counts no more from this day on
};

// All that happened to the scores of one deal or contact.
struct LedgerTrace {
  std::vector<LedgerLine> lines;     // in the order in which they were written
  std::vector<Day> days;             // on which something happened, rising
  std::vector<std::int64_t> values;  // at their ends: days × columns
};

struct FiredAction {
  std::uint32_t owner = 0;  // deal or person
  std::uint32_t action = 0;
  Day day{};
  Cause cause = {};
};

}  // namespace rolecall
