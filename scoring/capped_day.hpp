#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/id.hpp"

namespace rolecall {

// What counts of one day, by person and type, after the daily cap. Kept as runs of rows in order of
// key whose counts add up: a late row brings what the cap still leaves room for. Runs at least
// halve in length, newest last, so n rows are in at most log2 n + 1 of them. 16 bytes a row.
class CappedDay {
 public:
  struct Row {
    std::uint64_t key = 0;  // person « 16 | type
    std::uint64_t count = 0;

    Row(PersonId person, ActivityTypeId type, std::uint64_t n)
        : key(std::uint64_t{person.index()} << 16 | type.index()), count(n) {}
    std::size_t person() const { return key >> 16; }
    std::size_t type() const { return key & 0xffff; }
  };
  using Rows = std::vector<Row>;

  // What the caps, by type, leave of rows in order, each key once. b of them, among the n that are
  // here, take O(b log² n).
  Rows room_for(Rows rows, std::span<const std::uint64_t> caps) const;

  // Adds rows that there is room for: over time O(log n) each.
  void add(Rows rows);

  const std::vector<Rows>& runs() const { return runs_; }

 private:
  std::uint64_t count_of(std::uint64_t key) const;

  std::vector<Rows> runs_;
};

}  // namespace rolecall
