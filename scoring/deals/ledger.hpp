#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/exact.hpp"

namespace rolecall {

// The entries of one score of one deal or contact, folded as they come and go: what was added since
// the last live `set`, or since the start. Constant time for each, but for the end of a `set`.
class Ledger {
 public:
  // `keep`: entries may be removed later. Without it they are not remembered.
  void restart(int128 start, bool keep) {
    start_ = value_ = start;
    keep_ = keep;
    last_set_ = none;
    entries_.clear();
  }

  // Each gives the number of the entry, for remove().
  std::uint32_t add(int128 points) {
    value_ += points;
    return remember({points, false, true});
  }
  std::uint32_t set(int128 value) {
    value_ = value;
    last_set_ = static_cast<std::uint32_t>(entries_.size());
    return remember({value, true, true});
  }

  // What was added is worth this from now on.
  void change(std::uint32_t number, int128 points) {
    Entry& entry = entries_[number];
    if (entry.live && (last_set_ == none || number > last_set_)) value_ += points - entry.points;
    entry.points = points;
  }

  // The entry counts no more. Once is enough.
  void remove(std::uint32_t number) {
    Entry& entry = entries_[number];
    if (!entry.live) return;
    entry.live = false;
    if (entry.is_set) {
      if (number == last_set_) fold();
    } else if (last_set_ == none || number > last_set_) {
      value_ -= entry.points;
    }
  }

  int128 value() const { return value_; }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  struct Entry {
    int128 points;
    bool is_set, live;
  };

  std::uint32_t remember(const Entry& entry) {
    if (!keep_) return none;
    entries_.push_back(entry);
    return static_cast<std::uint32_t>(entries_.size() - 1);
  }

  void fold() {
    last_set_ = none;
    for (std::size_t i = entries_.size(); i-- > 0 && last_set_ == none;)
      if (entries_[i].live && entries_[i].is_set) last_set_ = static_cast<std::uint32_t>(i);
    value_ = last_set_ == none ? start_ : entries_[last_set_].points;
    for (std::size_t i = last_set_ == none ? 0 : last_set_ + 1; i < entries_.size(); ++i)
      if (entries_[i].live) value_ += entries_[i].points;
  }

  int128 start_ = 0, value_ = 0;
  bool keep_ = false;
  std::uint32_t last_set_ = none;
  std::vector<Entry> entries_;
};

}  // namespace rolecall
