#include "scoring/capped_day.hpp"

#include <algorithm>

namespace rolecall {
namespace {

CappedDay::Rows merged(const CappedDay::Rows& a, const CappedDay::Rows& b) {
  CappedDay::Rows rows;
  rows.reserve(a.size() + b.size());
  auto x = a.begin(), y = b.begin();
  while (x != a.end() && y != b.end()) {
    if (x->key == y->key) {
      rows.push_back(*x++);
      rows.back().count += y++->count;
    } else {
      rows.push_back(x->key < y->key ? *x++ : *y++);
    }
  }
  rows.insert(rows.end(), x, a.end());
  rows.insert(rows.end(), y, b.end());
  return rows;
}

}  // namespace

std::uint64_t CappedDay::count_of(std::uint64_t key) const {
  std::uint64_t count = 0;
  for (const Rows& run : runs_) {
    const auto found = std::ranges::lower_bound(run, key, {}, &Row::key);
    if (found != run.end() && found->key == key) count += found->count;
  }
  return count;
}

CappedDay::Rows CappedDay::room_for(Rows rows, std::span<const std::uint64_t> caps) const {
  for (Row& row : rows) row.count = std::min(row.count, caps[row.type()] - count_of(row.key));
  std::erase_if(rows, [](const Row& row) { return row.count == 0; });
  return rows;
}

void CappedDay::add(Rows rows) {
  while (!runs_.empty() && runs_.back().size() < 2 * rows.size()) {
    rows = merged(runs_.back(), rows);
    runs_.pop_back();
  }
  if (!rows.empty()) runs_.push_back(std::move(rows));
}

}  // namespace rolecall
