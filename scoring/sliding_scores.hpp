#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/activity_index.hpp"
#include "core/id.hpp"

namespace rolecall {

// Scores of many days at once: Σ units[type] · min(n(person, type, day), cap[type]) over a window
// that slides from day to day. A tile holds a few people or groups side by side, a row for each
// day: what a day adds is scattered into it, once for each cell, and the sums of all days follow
// from adding the row that enters the window and taking away the one that leaves it. Exact.
class SlidingScores {
 public:
  // For days first … first + days − 1, counted from the first day of the index; they may lie
  // outside the log. `index` must outlive it.
  SlidingScores(const ActivityIndex& index, std::span<const std::int64_t> units,
                std::span<const std::uint64_t> caps, int window_days, std::int64_t first,
                std::size_t days);

  // Columns of a tile: one line of the cache. T is std::int32_t or std::int64_t; sums must fit it.
  template <class T>
  static constexpr std::size_t lanes = 64 / sizeof(T);

  std::size_t days() const { return days_; }
  // Rows of a tile: the days, and before them what the first window reaches back to.
  std::size_t tile_rows() const { return days_ + window_ - 1; }

  // Adds factor · what each day adds for one person to a column of the tile.
  template <class T>
  void add_daily(PersonId person, T factor, T* tile, std::size_t column) const;

  // Writes the sums of day d to the d-th line of `out`.
  template <class T>
  void slide(const T* tile, T* out) const;

  // Everybody, in parallel: tile after tile, `place` of each sum. `scores` has room for whole
  // tiles.
  template <class T>
  void slide_everybody(std::span<T> scores) const;
  template <class T>
  std::size_t place(std::size_t person, std::size_t day) const {
    return (person / lanes<T> * days_ + day) * lanes<T> + person % lanes<T>;
  }
  template <class T>
  std::size_t room(std::size_t people) const {
    return (people + lanes<T> - 1) / lanes<T> * lanes<T> * days_;
  }

 private:
  template <class T, class Cell>
  void add_cells(const Cells<Cell>& rows, std::size_t person, T factor, T* tile) const;

  const ActivityIndex& index_;
  std::vector<std::int64_t> units_;
  std::vector<std::uint64_t> caps_;
  std::size_t window_, days_;
  std::int64_t first_row_;  // [day] of the index that row 0 stands for
};

}  // namespace rolecall
