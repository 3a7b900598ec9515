#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/timestamp.hpp"
#include "core/uninitialized.hpp"
#include "core/world.hpp"

namespace rolecall {

// The activity log as the scoring core reads it: one cell a row, day « type_bits | type, in order
// of (person, cell). All activities of one (person, day, type) stand side by side, and a window of
// days is one contiguous range of a person's cells. Days count from `first_day`.
//
// A log of single activities keeps one cell for each, so that a daily cap is a lag test: the cell
// at i is within a cap of c exactly when the cell at i − c differs. A log with counts keeps one
// cell per (person, day, type) and the count beside it.
template <class Cell>
struct Cells {
  UninitializedVector<Cell> cells;
  std::vector<std::uint64_t> counts;  // empty: every cell is one activity

  std::span<const Cell> between(std::uint64_t begin, std::uint64_t end) const {
    return {cells.data() + begin, end - begin};
  }
};

struct ActivityIndex {
  Day first_day{};  // of any activity; meaningless when there is none
  Day last_day{};
  unsigned type_bits = 6;
  std::vector<std::uint64_t> offsets;  // cells of person p: offsets[p] … offsets[p+1]
  std::variant<Cells<std::uint16_t>, Cells<std::uint32_t>> rows;  // 16 bits when these suffice

  std::size_t people() const { return offsets.size() - 1; }
  std::size_t size() const { return offsets.back(); }
};

struct DaySpan {
  Day first{}, last{};
};

// The first and the last day on which anything happened; none when nothing did. In parallel.
std::optional<DaySpan> days_of(const ActivityLog& log, const DayBoundary& boundary);

// The cells of days first … last, counted from the first day of the index, among those of one
// person.
template <class Cell>
std::span<const Cell> cells_within(std::span<const Cell> person, std::int64_t first,
                                   std::int64_t last, unsigned type_bits) {
  const auto begin_of = [&](std::int64_t day) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(day, 0)) << type_bits;
  };
  const auto below = [](Cell cell, std::uint64_t bound) { return cell < bound; };
  const auto low = std::lower_bound(person.begin(), person.end(), begin_of(first), below);
  return {low, std::lower_bound(low, person.end(), begin_of(last + 1), below)};
}

// Calls body(cell, activities) once for each (day, type) among neighbouring cells of one person.
template <class Cell, class Body>
void for_each_count(const Cells<Cell>& rows, std::span<const Cell> cells, const Body& body) {
  for (std::size_t i = 0, next; i < cells.size(); i = next) {
    next = i + 1;
    if (!rows.counts.empty()) {
      body(cells[i], rows.counts[static_cast<std::size_t>(&cells[i] - rows.cells.data())]);
      continue;
    }
    while (next < cells.size() && cells[next] == cells[i]) ++next;
    body(cells[i], static_cast<std::uint64_t>(next - i));
  }
}

// Derives the index, in parallel. Rows with a count of 0 leave no cell. Throws InputError when
// days and types together need more than 32 bits.
ActivityIndex index_activities(const ActivityLog& log, const DayBoundary& boundary);

// Sets the type bits of an index whose days are known, and returns how many bits a cell needs.
// Throws InputError when these are more than 32.
unsigned choose_cell_bits(ActivityIndex& index, std::size_t types);

}  // namespace rolecall
