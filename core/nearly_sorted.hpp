#pragma once

#include <algorithm>

namespace rolecall {

// Cells of one person in order of day; those of a day in any order. Most days have one or two: a
// pass without branches mends these, insertion the rest. Hands over where that would take long, as
// with thousands of activities on one day.
template <class Cell>
void sort_nearly_sorted(Cell* begin, Cell* end) {
  if (begin == end) return;
  Cell highest = *begin;
  for (Cell* i = begin + 1; i < end; ++i) {
    i[-1] = std::min(highest, *i);
    highest = std::max(highest, *i);
  }
  end[-1] = highest;
  auto patience = 8 * (end - begin);
  for (Cell* i = begin + 1; i < end; ++i) {
    const Cell cell = *i;
    Cell* hole = i;
    for (; hole > begin && hole[-1] > cell; --hole) *hole = hole[-1];
    *hole = cell;
    if ((patience -= i - hole) < 0) return std::sort(begin, end);
  }
}

}  // namespace rolecall
