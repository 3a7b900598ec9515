#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// The kernel under WhatIf: weighted sums of columns over one tile of groups.
namespace rolecall::what_if {

// Up to eight candidates that share their columns, or one.
inline constexpr std::size_t most_candidates = 8;

template <class Value, class Score>
struct Tile {
  const Value* values = nullptr;           // columns × groups
  std::size_t groups = 0;                  // a multiple of 64
  std::span<const std::uint32_t> columns;  // of the terms
  const double* coefficients = nullptr;    // terms × most_candidates
  std::size_t candidates = 0;
  Score* scores = nullptr;  // of the first candidate; the next one's begin `stride` later
  std::size_t stride = 0;
  bool exact_in_float = false;  // every partial sum is below 2^24
};

// Sums must be below 2^53, and fit Score.
template <class Value, class Score>
void multiply(const Tile<Value, Score>& tile);

}  // namespace rolecall::what_if
