#include "scoring/deals/condition_days.hpp"

#include <algorithm>
#include <numeric>

#include "core/parallel.hpp"

namespace rolecall {
namespace {

constexpr std::size_t grain = 4096;

struct Turn {
  std::uint32_t row;
  Day day;
};

}  // namespace

ConditionDays::ConditionDays(const Predicate& predicate, const Subject& subject,
                             std::span<const ScoredDays> spans, Until until) {
  Filter filter(predicate, subject);
  changes_ = filter.changes_with_day();
  warnings_ = filter.warnings();
  ScoredDays all;
  for (const ScoredDays& span : spans) {
    if (span.first > span.last) continue;
    all.first = std::min(all.first, span.first);
    all.last = std::max(all.last, span.last);
  }
  if (!changes_) {
    always_ = filter.holds(all.first > all.last ? Day{} : all.first);
    return;
  }
  std::vector<std::uint8_t> held(spans.size(), 0);
  std::vector<std::vector<Turn>> found(parallel::block_count(spans.size(), grain));
  for (Day day = all.first; all.first <= all.last && day <= all.last; day += days_rep{1}) {
    filter.prepare(day);
    parallel::for_blocks(spans.size(), grain, [&](std::size_t begin, std::size_t end) {
      std::vector<std::uint32_t> rows;
      for (std::size_t row = begin; row < end; ++row)
        if (spans[row].first <= day && day <= spans[row].last &&
            (until == Until::last_day || !held[row]))
          rows.push_back(static_cast<std::uint32_t>(row));
      const std::vector<std::uint32_t> matching = filter.matching(rows);
      auto next = matching.begin();
      for (const std::uint32_t row : rows) {
        const bool holds = next != matching.end() && *next == row;
        if (holds) ++next;
        if (holds == (held[row] != 0)) continue;
        held[row] = holds;
        found[begin / grain].push_back({row, day});
      }
    });
  }
  offsets_.assign(spans.size() + 1, 0);
  for (const std::vector<Turn>& block : found)
    for (const Turn& turn : block) ++offsets_[turn.row];
  std::exclusive_scan(offsets_.begin(), offsets_.end(), offsets_.begin(), std::uint64_t{0});
  turns_.resize(offsets_.back());
  std::vector<std::uint64_t> next = offsets_;
  for (const std::vector<Turn>& block : found)
    for (const Turn& turn : block) turns_[next[turn.row]++] = turn.day;
}

bool ConditionDays::holds(std::uint32_t row, Day day) const {
  if (!changes_) return always(row);
  const auto days = turns(row);
  return (std::ranges::upper_bound(days, day) - days.begin()) % 2 == 1;
}

}  // namespace rolecall
