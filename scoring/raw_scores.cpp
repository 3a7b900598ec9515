#include "scoring/raw_scores.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>

#include "core/exact.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

struct Rule {
  std::int64_t units;
  std::uint32_t cap;
  std::uint32_t step;  // 0 without a cap: the count stays below it
};

// Adds the counted activities of one block of people on one day to their sums. `counts` is 0 at
// every key before and after.
template <class Count, class Sum>
void add_block(std::span<const std::uint16_t> keys, unsigned type_bits,
               const std::vector<Rule>& rules, std::vector<Count>& counts, Sum* sums) {
  const std::uint32_t type_mask = (1u << type_bits) - 1;
  for (const std::uint16_t key : keys) {
    const Rule& rule = rules[key & type_mask];
    Count& count = counts[key];
    const bool counted = count < rule.cap;
    count = static_cast<Count>(count + (counted ? rule.step : 0));
    sums[key >> type_bits] += counted ? static_cast<Sum>(rule.units) : 0;
  }
  for (const std::uint16_t key : keys) counts[key] = 0;
}

template <class Count, class Sum>
std::vector<std::int64_t> score(const TimeOrderedLog& log, const std::vector<Rule>& rules,
                                std::size_t first, std::size_t last) {
  // Each task takes days as they come and keeps sums of its own; integers add up in any order.
  const std::size_t tasks = std::min(last + 1 - first, parallel::threads());
  std::vector<UninitializedVector<Sum>> sums(tasks);
  std::atomic<std::size_t> next = first;
  parallel::for_each(tasks, [&](std::size_t task) {
    DayBlocks blocks(log);
    std::vector<Count> counts(1 << 16, 0);
    UninitializedVector<Sum>& mine = sums[task];
    mine.resize(log.people, 0);
    for (std::size_t day; (day = next++) <= last;) {
      blocks.partition(day);
      for (std::size_t b = 0; b < blocks.blocks(); ++b)
        add_block(blocks.block(b), DayBlocks::type_bits(log.types), rules, counts,
                  mine.data() + (b << DayBlocks::person_bits(log.types)));
    }
  });
  std::vector<std::int64_t> total(log.people);
  constexpr std::size_t grain = 1 << 16;
  parallel::for_blocks(log.people, grain, [&](std::size_t begin, std::size_t end) {
    for (const UninitializedVector<Sum>& part : sums)
      for (std::size_t p = begin; p < end; ++p) total[p] += part[p];
  });
  return total;
}

// The most that one person can gather, either way.
int128 largest_sum(const TimeOrderedLog& log, const std::vector<Rule>& rules, std::size_t first,
                   std::size_t last) {
  int128 sum = 0;
  for (std::size_t day = first; day <= last; ++day) {
    const std::uint64_t rows = log.day_offsets[day + 1] - log.day_offsets[day];
    int128 capped = 0, highest = 0;
    for (const Rule& rule : rules) {
      const int128 worth = rule.units < 0 ? -int128{rule.units} : int128{rule.units};
      capped += worth * (rule.step == 0 ? rows : std::min<std::uint64_t>(rule.cap, rows));
      highest = std::max(highest, worth);
    }
    sum += std::min(capped, highest * rows);
  }
  return sum;
}

}  // namespace

std::vector<std::int64_t> score_log(const TimeOrderedLog& log, std::span<const std::int64_t> units,
                                    std::span<const std::uint64_t> caps, std::size_t first,
                                    std::size_t last) {
  assert(units.size() == log.types && caps.size() == log.types);
  if (log.size() > 0) last = std::min(last, log.days() - 1);
  if (log.size() == 0 || first > last) return std::vector<std::int64_t>(log.people, 0);
  std::vector<Rule> rules;
  std::uint64_t highest = 0;
  for (std::size_t t = 0; t < log.types; ++t) {
    const bool capped = caps[t] < UINT32_MAX;
    if (capped) highest = std::max(highest, caps[t]);
    rules.push_back({units[t], capped ? static_cast<std::uint32_t>(caps[t]) : 1u, capped});
  }
  // Sums are what a day's rows are scattered over: half the bytes, where these suffice, halve the
  // time.
  const bool narrow = largest_sum(log, rules, first, last) <= INT32_MAX;
  if (highest > UINT8_MAX) return score<std::uint32_t, std::int64_t>(log, rules, first, last);
  return narrow ? score<std::uint8_t, std::int32_t>(log, rules, first, last)
                : score<std::uint8_t, std::int64_t>(log, rules, first, last);
}

}  // namespace rolecall
