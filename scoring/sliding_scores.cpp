#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/sliding_scores.cpp"
#include "core/highway.hpp"
//
#include <algorithm>
#include <cassert>

#include "core/parallel.hpp"
#include "core/simd.hpp"
#include "scoring/sliding_scores.hpp"

HWY_BEFORE_NAMESPACE();
namespace rolecall::HWY_NAMESPACE {

template <class T>
HWY_ATTR void slide_tile(const T* tile, std::size_t days, std::size_t window, T* out) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<T, SlidingScores::lanes<T>> d;
  // A register for each few columns; they do not depend on each other.
  for (std::size_t column = 0; column < SlidingScores::lanes<T>; column += hn::Lanes(d)) {
    auto sum = hn::Zero(d);
    const T* enters = tile + column;
    const T* leaves = enters;
    constexpr std::size_t row = SlidingScores::lanes<T>;
    for (std::size_t r = 0; r + 1 < window; ++r, enters += row)
      sum = hn::Add(sum, hn::Load(d, enters));
    T* to = out + column;
    for (std::size_t day = 0; day < days; ++day, enters += row, leaves += row, to += row) {
      sum = hn::Add(sum, hn::Load(d, enters));
      hn::Stream(sum, d, to);
      sum = hn::Sub(sum, hn::Load(d, leaves));
    }
  }
}

HWY_ATTR void slide_32(const std::int32_t* tile, std::size_t days, std::size_t window,
                       std::int32_t* out) {
  slide_tile(tile, days, window, out);
}
HWY_ATTR void slide_64(const std::int64_t* tile, std::size_t days, std::size_t window,
                       std::int64_t* out) {
  slide_tile(tile, days, window, out);
}

}  // namespace rolecall::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rolecall {

HWY_EXPORT(slide_32);
HWY_EXPORT(slide_64);

SlidingScores::SlidingScores(const ActivityIndex& index, std::span<const std::int64_t> units,
                             std::span<const std::uint64_t> caps, int window_days,
                             std::int64_t first, std::size_t days)
    : index_(index),
      units_(units.begin(), units.end()),
      caps_(caps.begin(), caps.end()),
      window_(static_cast<std::size_t>(window_days)),
      days_(days),
      first_row_(first - (window_days - 1)) {}

template <class T, class Cell>
void SlidingScores::add_cells(const Cells<Cell>& rows, std::size_t person, T factor,
                              T* column) const {
  const std::span<const Cell> all =
      rows.between(index_.offsets[person], index_.offsets[person + 1]);
  const std::int64_t last_row = first_row_ + static_cast<std::int64_t>(tile_rows()) - 1;
  const bool whole_log =
      first_row_ <= 0 && last_row >= (index_.last_day - index_.first_day).count();
  const std::span<const Cell> within =
      whole_log ? all : cells_within(all, first_row_, last_row, index_.type_bits);
  const Cell* const begin = all.data();
  const Cell *const from = within.data(), *const to = from + within.size();
  const unsigned type_bits = index_.type_bits;
  const std::uint32_t type_mask = (std::uint32_t{1} << type_bits) - 1;
  const std::int64_t first_row = first_row_;
  const auto line = [&](Cell cell) -> T& {
    return column[((cell >> type_bits) - first_row) * static_cast<std::int64_t>(lanes<T>)];
  };
  if (!rows.counts.empty()) {
    for (const Cell* c = from; c < to; ++c) {
      const std::uint64_t count = std::min(
          rows.counts[static_cast<std::size_t>(c - rows.cells.data())], caps_[*c & type_mask]);
      line(*c) +=
          static_cast<T>(units_[*c & type_mask] * static_cast<std::int64_t>(count)) * factor;
    }
    return;
  }
  // The lag test, without a branch: where the cap reaches back beyond the person's first cell, the
  // cell itself stands in, and the activity counts.
  for (const Cell* c = from; c < to; ++c) {
    const std::uint64_t cap = caps_[*c & type_mask];
    const bool reaches = cap <= static_cast<std::uint64_t>(c - begin);
    const bool counted = !reaches | (c[reaches ? -static_cast<std::ptrdiff_t>(cap) : 0] != *c);
    line(*c) += static_cast<T>(units_[*c & type_mask]) * factor * static_cast<T>(counted);
  }
}

template <class T>
void SlidingScores::add_daily(PersonId person, T factor, T* tile, std::size_t column) const {
  std::visit([&](const auto& rows) { add_cells(rows, person.index(), factor, tile + column); },
             index_.rows);
}

template <class T>
void SlidingScores::slide(const T* tile, T* out) const {
  if (simd::has_vectors()) {
    if constexpr (sizeof(T) == 4)
      HWY_DYNAMIC_DISPATCH(slide_32)(tile, days_, window_, out);
    else
      HWY_DYNAMIC_DISPATCH(slide_64)(tile, days_, window_, out);
    return;
  }
  for (std::size_t column = 0; column < lanes<T>; ++column) {
    T sum = 0;
    for (std::size_t row = 0; row < tile_rows(); ++row) {
      sum += tile[row * lanes<T> + column];
      if (row + 1 < window_) continue;
      const std::size_t day = row + 1 - window_;
      out[day * lanes<T> + column] = sum;
      sum -= tile[day * lanes<T> + column];
    }
  }
}

template <class T>
void SlidingScores::slide_everybody(std::span<T> scores) const {
  assert(scores.size() >= room<T>(index_.people()));
  constexpr std::size_t grain = 256 * lanes<T>;
  parallel::for_blocks(index_.people(), grain, [&](std::size_t begin, std::size_t end) {
    UninitializedVector<T> tile(tile_rows() * lanes<T>);
    for (std::size_t p = begin; p < end; p += lanes<T>) {
      std::ranges::fill(tile, T{0});
      for (std::size_t column = 0; column < std::min(lanes<T>, end - p); ++column)
        add_daily(PersonId{p + column}, T{1}, tile.data(), column);
      slide(tile.data(), scores.data() + place<T>(p, 0));
    }
  });
}

template void SlidingScores::add_daily(PersonId, std::int32_t, std::int32_t*, std::size_t) const;
template void SlidingScores::add_daily(PersonId, std::int64_t, std::int64_t*, std::size_t) const;
template void SlidingScores::slide(const std::int32_t*, std::int32_t*) const;
template void SlidingScores::slide(const std::int64_t*, std::int64_t*) const;
template void SlidingScores::slide_everybody(std::span<std::int32_t>) const;
template void SlidingScores::slide_everybody(std::span<std::int64_t>) const;

}  // namespace rolecall
#endif  // HWY_ONCE
