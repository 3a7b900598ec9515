#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/predicate/filter.hpp"

namespace rolecall {

// The days on which rows of a table are looked at, both included; none when first > last.
struct ScoredDays {
  Day first = Day::max(), last = Day::min();
};

// On which days of its span a condition holds for each row.
class ConditionDays {
 public:
  enum class Until : std::uint8_t { last_day, it_holds };

  // Asks day by day when the answer can change, else once. With `it_holds` a row is not asked again
  // once the condition held. In parallel. Throws InputError as Filter does.
  ConditionDays(const Predicate& predicate, const Subject& subject,
                std::span<const ScoredDays> spans, Until until);

  const std::vector<std::string>& warnings() const { return warnings_; }
  bool changes() const { return changes_; }
  bool always(std::uint32_t row) const { return always_[row] != 0; }  // unless it changes
  // The days on which it begins to hold, ceases to, and so on; when it changes.
  std::span<const Day> turns(std::uint32_t row) const {
    return std::span(turns_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  bool holds(std::uint32_t row, Day day) const;

 private:
  bool changes_ = false;
  std::vector<std::string> warnings_;
  std::vector<std::uint8_t> always_;
  std::vector<std::uint64_t> offsets_;
  std::vector<Day> turns_;
};

}  // namespace rolecall
