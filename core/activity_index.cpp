#include "core/activity_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>

#include "core/error.hpp"
#include "core/nearly_sorted.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

constexpr std::size_t people_per_block = 1024;

template <class Cell>
struct Builder {
  const ActivityLog& log;
  const DayBoundary& boundary;
  Day first_day;
  unsigned type_bits;

  Cell cell(DayBoundary& clock, std::size_t row) const {
    const auto day = static_cast<std::uint32_t>((clock.day_of(log.times[row]) - first_day).count());
    return static_cast<Cell>(day << type_bits | log.types[row].index());
  }

  // A log of single activities: as many cells as rows, sorted person by person. Rows come in order
  // of time, so their cells are nearly sorted.
  Cells<Cell> singles() const {
    Cells<Cell> out;
    out.cells.resize(log.size());
    for_people([&](DayBoundary& clock, std::size_t begin, std::size_t end, std::size_t) {
      for (std::size_t i = begin; i < end; ++i) out.cells[i] = cell(clock, i);
      sort_nearly_sorted(out.cells.data() + begin, out.cells.data() + end);
    });
    return out;
  }

  // A log with counts: rows of one (person, day, type) merge. Merged in place, then closed up.
  Cells<Cell> merged(std::vector<std::uint64_t>& offsets) const {
    std::vector<std::pair<Cell, std::uint64_t>> rows(log.size());
    std::vector<std::uint64_t> kept(offsets.size() - 1);
    for_people([&](DayBoundary& clock, std::size_t begin, std::size_t end, std::size_t person) {
      std::size_t n = begin;
      for (std::size_t i = begin; i < end; ++i)
        if (log.counts[i] > 0) rows[n++] = {cell(clock, i), log.counts[i]};
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = rows.begin() + static_cast<std::ptrdiff_t>(n);
      std::sort(first, last);
      auto out = first;
      for (auto row = first; row != last; ++row) {
        if (out != first && (out - 1)->first == row->first)
          add_count((out - 1)->second, row->second);
        else
          *out++ = *row;
      }
      kept[person] = static_cast<std::uint64_t>(out - first);
    });
    std::vector<std::uint64_t> closed(offsets.size(), 0);
    std::inclusive_scan(kept.begin(), kept.end(), closed.begin() + 1);
    Cells<Cell> out;
    out.cells.resize(closed.back());
    out.counts.resize(closed.back());
    for_people([&](DayBoundary&, std::size_t begin, std::size_t, std::size_t person) {
      for (std::uint64_t k = 0; k < kept[person]; ++k)
        std::tie(out.cells[closed[person] + k], out.counts[closed[person] + k]) = rows[begin + k];
    });
    offsets = std::move(closed);
    return out;
  }

  static void add_count(std::uint64_t& sum, std::uint64_t count) {
    if (__builtin_add_overflow(sum, count, &sum))
      throw InputError({.what = "the activities of one person, type and day number 2^64 or more",
                        .remedy = "Check the count column."});
  }

  template <class Body>
  void for_people(Body body) const {
    parallel::for_blocks(log.offsets.size() - 1, people_per_block,
                         [&](std::size_t begin, std::size_t end) {
                           DayBoundary clock = boundary;
                           for (std::size_t p = begin; p < end; ++p)
                             body(clock, log.offsets[p], log.offsets[p + 1], p);
                         });
  }

  void build(ActivityIndex& index) const {
    if (log.counts.empty())
      index.rows = singles();
    else
      index.rows = merged(index.offsets);
  }
};

}  // namespace

std::optional<DaySpan> days_of(const ActivityLog& log, const DayBoundary& boundary) {
  constexpr std::size_t grain = 1024;
  constexpr DaySpan none{Day::max(), Day::min()};
  const std::size_t people = log.offsets.size() - 1;
  // Days of UTC rise with a person's rows, so that the first and last tell all; in other zones a
  // date alone may stand among instants of the day before.
  const bool ends_suffice = boundary.is_utc() && log.counts.empty();
  std::vector<DaySpan> spans(parallel::block_count(people, grain), none);
  parallel::for_blocks(people, grain, [&](std::size_t begin, std::size_t end) {
    DayBoundary clock = boundary;
    DaySpan& span = spans[begin / grain];
    const auto add = [&](std::uint64_t row) {
      if (log.count(row) == 0) return;
      const Day day = clock.day_of(log.times[row]);
      span.first = std::min(span.first, day);
      span.last = std::max(span.last, day);
    };
    for (std::size_t p = begin; p < end; ++p) {
      const std::uint64_t first = log.offsets[p], past = log.offsets[p + 1];
      if (first == past) continue;
      if (ends_suffice)
        add(first), add(past - 1);
      else
        for (std::uint64_t row = first; row < past; ++row) add(row);
    }
  });
  const DaySpan all =
      std::accumulate(spans.begin(), spans.end(), none, [](DaySpan a, const DaySpan& b) {
        return DaySpan{std::min(a.first, b.first), std::max(a.last, b.last)};
      });
  if (all.first > all.last) return std::nullopt;
  return all;
}

ActivityIndex index_activities(const ActivityLog& log, const DayBoundary& boundary) {
  const Phase phase("index the log");
  ActivityIndex index;
  index.offsets = log.offsets;
  const std::optional<DaySpan> span = days_of(log, boundary);
  if (!span) {
    index.offsets.assign(log.offsets.size(), 0);
    return index;
  }
  index.first_day = span->first;
  index.last_day = span->last;
  if (choose_cell_bits(index, log.type_names.size()) <= 16)
    Builder<std::uint16_t>{log, boundary, span->first, index.type_bits}.build(index);
  else
    Builder<std::uint32_t>{log, boundary, span->first, index.type_bits}.build(index);
  return index;
}

unsigned choose_cell_bits(ActivityIndex& index, std::size_t types) {
  const auto width = [](std::uint64_t values) {
    return static_cast<unsigned>(std::bit_width(values - 1));
  };
  const auto days = static_cast<std::uint64_t>((index.last_day - index.first_day).count()) + 1;
  index.type_bits = std::max(6u, width(types));
  const unsigned bits = index.type_bits + width(days);
  if (bits > 32)
    throw InputError(
        {.field = "time",
         .what = fmt::format("{} days ({} to {}) of {} activity types do not fit the "
                             "index, which has 32 bits for both",
                             days, to_string(index.first_day), to_string(index.last_day), types),
         .remedy = "Look for stray dates in activities.csv, or merge types."});
  return bits;
}

}  // namespace rolecall
