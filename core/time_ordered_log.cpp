#include "core/time_ordered_log.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <numeric>

#include "core/nearly_sorted.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

template <class Cell>
class Sorter {
 public:
  Sorter(const TimeOrderedLog& log, ActivityIndex& index)
      : log_(log),
        index_(index),
        type_bits_(DayBlocks::type_bits(log.types)),
        person_bits_(DayBlocks::person_bits(log.types)),
        blocks_(parallel::block_count(log.people, std::size_t{1} << person_bits_)),
        starts_(blocks_ * log.days() + 1) {}

  void sort() {
    count();
    auto* rows = std::get_if<Cells<Cell>>(&index_.rows);
    if (rows == nullptr) rows = &index_.rows.template emplace<Cells<Cell>>();
    rows->counts.clear();
    rows->cells.resize(log_.size());
    gather(rows->cells.data());
    index_.offsets.resize(log_.people + 1);
    index_.offsets.back() = log_.size();
    parallel::for_each(blocks_, [&](std::size_t b) { sort_block(b, rows->cells.data()); });
  }

 private:
  // Where the rows of each (block, day) will stand.
  void count() {
    parallel::for_each(log_.days(), [&](std::size_t day) {
      std::vector<std::uint32_t> rows(blocks_, 0);
      for (std::uint64_t i = log_.day_offsets[day]; i < log_.day_offsets[day + 1]; ++i)
        ++rows[log_.person[i] >> person_bits_];
      for (std::size_t b = 0; b < blocks_; ++b) starts_[b * log_.days() + day + 1] = rows[b];
    });
    std::inclusive_scan(starts_.begin(), starts_.end(), starts_.begin());
  }

  // Keys take the places that the cells of their block will have.
  void gather(Cell* cells) const {
    const std::size_t tasks = std::min(log_.days(), parallel::threads());
    std::atomic<std::size_t> next = 0;
    parallel::for_each(tasks, [&](std::size_t) {
      DayBlocks blocks(log_);
      for (std::size_t day; (day = next++) < log_.days();) {
        blocks.partition(day);
        for (std::size_t b = 0; b < blocks_; ++b)
          std::ranges::copy(blocks.block(b), cells + starts_[b * log_.days() + day]);
      }
    });
  }

  // From keys in order of (block, day) to cells in order of (person, day, type).
  void sort_block(std::size_t block, Cell* cells) const {
    const std::uint64_t* const starts = starts_.data() + block * log_.days();
    const UninitializedVector<Cell> keys(cells + starts[0], cells + starts[log_.days()]);
    const std::size_t first = block << person_bits_;
    const std::size_t people = std::min(log_.people - first, std::size_t{1} << person_bits_);
    const std::uint32_t type_mask = (1u << type_bits_) - 1;
    const auto first_day = static_cast<std::size_t>((index_.first_day - log_.first_day).count());
    std::vector<std::uint64_t> next(people + 1, 0);
    for (const Cell key : keys) ++next[(key >> type_bits_) + 1];
    next[0] = starts[0];
    std::inclusive_scan(next.begin(), next.end(), next.begin());
    std::copy_n(next.begin(), people, index_.offsets.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t day = 0; day < log_.days(); ++day)
      for (std::uint64_t i = starts[day] - starts[0]; i < starts[day + 1] - starts[0]; ++i)
        cells[next[keys[i] >> type_bits_]++] =
            static_cast<Cell>((day - first_day) << index_.type_bits | (keys[i] & type_mask));
    for (std::size_t p = 0; p < people; ++p)
      sort_nearly_sorted(cells + index_.offsets[first + p], cells + next[p]);
  }

  const TimeOrderedLog& log_;
  ActivityIndex& index_;
  unsigned type_bits_, person_bits_;
  std::size_t blocks_;
  std::vector<std::uint64_t> starts_;  // of keys, by block and day
};

}  // namespace

DayBlocks::DayBlocks(const TimeOrderedLog& log)
    : log_(log),
      type_bits_(type_bits(log.types)),
      starts_(parallel::block_count(log.people, std::size_t{1} << person_bits(log.types)) + 1),
      next_(starts_.size()) {}

unsigned DayBlocks::type_bits(std::size_t types) {
  assert(types <= 256);
  return std::max(6u, static_cast<unsigned>(std::bit_width(std::max<std::size_t>(types, 1) - 1)));
}

void DayBlocks::partition(std::size_t day) {
  const unsigned bits = 16 - type_bits_;
  const std::uint32_t mask = (1u << bits) - 1;
  const std::span person =
      std::span(log_.person)
          .subspan(log_.day_offsets[day], log_.day_offsets[day + 1] - log_.day_offsets[day]);
  const std::uint8_t* const type = log_.type.data() + log_.day_offsets[day];
  keys_.resize(person.size());
  std::ranges::fill(starts_, 0);
  for (const std::uint32_t p : person) ++starts_[(p >> bits) + 1];
  std::inclusive_scan(starts_.begin(), starts_.end(), starts_.begin());
  next_ = starts_;
  for (std::size_t i = 0; i < person.size(); ++i)
    keys_[next_[person[i] >> bits]++] =
        static_cast<std::uint16_t>((person[i] & mask) << type_bits_ | type[i]);
}

ActivityIndex index_activities(const TimeOrderedLog& log, ActivityIndex reused) {
  ActivityIndex index = std::move(reused);
  if (log.size() == 0) {
    index = {};
    index.offsets.assign(log.people + 1, 0);
    return index;
  }
  const auto first = std::ranges::upper_bound(log.day_offsets, 0u) - log.day_offsets.begin() - 1;
  const auto last =
      std::ranges::lower_bound(log.day_offsets, log.size()) - log.day_offsets.begin() - 1;
  index.first_day = log.first_day + days_rep{static_cast<int>(first)};
  index.last_day = log.first_day + days_rep{static_cast<int>(last)};
  if (choose_cell_bits(index, log.types) <= 16)
    Sorter<std::uint16_t>(log, index).sort();
  else
    Sorter<std::uint32_t>(log, index).sort();
  return index;
}

}  // namespace rolecall
