#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/activity_index.hpp"
#include "core/timestamp.hpp"

namespace rolecall {

// A log as a source keeps it: single activities in order of day, in no order within a day.
struct TimeOrderedLog {
  Day first_day{};
  std::size_t people = 0;                     // numbered from 0
  std::size_t types = 0;                      // likewise; at most 256
  std::vector<std::uint64_t> day_offsets{0};  // rows of day d: day_offsets[d] … day_offsets[d+1]
  UninitializedVector<std::uint32_t> person;  // by row
  UninitializedVector<std::uint8_t> type;     // by row

  std::size_t size() const { return person.size(); }
  std::size_t days() const { return day_offsets.size() - 1; }
};

// Sorts the log into the index that index_activities() derives from a world's log. In parallel, and
// in the index's own memory, which may be that of an index no longer needed: a system takes longer
// to clear new pages than we to sort. Throws InputError as it does.
ActivityIndex index_activities(const TimeOrderedLog& log, ActivityIndex reused = {});

// One day's activities by block of people: person and type in 16 bits each, so that a block's
// counts have a small table. Reused from day to day.
class DayBlocks {
 public:
  explicit DayBlocks(const TimeOrderedLog& log);

  static unsigned type_bits(std::size_t types);
  // People of a block: 2^person_bits.
  static unsigned person_bits(std::size_t types) { return 16 - type_bits(types); }

  void partition(std::size_t day);

  std::size_t blocks() const { return starts_.size() - 1; }
  // Keys of a block, in the order of the log: person of the block « type_bits | type.
  std::span<const std::uint16_t> block(std::size_t b) const {
    return {keys_.data() + starts_[b], starts_[b + 1] - starts_[b]};
  }

 private:
  const TimeOrderedLog& log_;
  unsigned type_bits_;
  std::vector<std::uint32_t> starts_, next_;
  std::vector<std::uint16_t> keys_;
};

}  // namespace rolecall
