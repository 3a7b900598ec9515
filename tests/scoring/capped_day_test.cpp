#include "scoring/capped_day.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace rolecall {
namespace {

using Counts = std::map<std::pair<std::size_t, std::size_t>, std::uint64_t>;

constexpr std::uint64_t no_cap = UINT64_MAX;

void add_to(Counts& counts, const CappedDay::Rows& rows) {
  for (const CappedDay::Row& row : rows) counts[{row.person(), row.type()}] += row.count;
}

TEST(CappedDay, AgreesWithAMapUnderRandomRows) {
  const std::vector<std::uint64_t> caps{0, 1, 3, 20, no_cap};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 bits(seed);
    CappedDay day;
    Counts facts, told;
    std::size_t rows_added = 0;
    for (int batch = 0; batch < 60; ++batch) {
      Counts batch_counts;
      for (std::size_t i = bits() % (batch % 7 == 0 ? 200 : 4); i > 0; --i)
        batch_counts[{bits() % 50, bits() % caps.size()}] += bits() % 5;
      CappedDay::Rows rows;
      for (const auto& [key, count] : batch_counts) {
        rows.emplace_back(PersonId{key.first}, ActivityTypeId{key.second}, count);
        facts[key] += count;
      }
      const CappedDay::Rows added = day.room_for(rows, caps);
      day.add(added);
      rows_added += added.size();
      add_to(told, added);

      Counts kept, want;
      for (const CappedDay::Rows& run : day.runs()) {
        EXPECT_TRUE(std::ranges::is_sorted(run, {}, &CappedDay::Row::key));
        add_to(kept, run);
      }
      for (const auto& [key, count] : facts)
        if (const auto capped = std::min(count, caps[key.second])) want[key] = capped;
      ASSERT_EQ(kept, want) << "seed " << seed << ", batch " << batch;
      ASSERT_EQ(told, want);
      EXPECT_LE(day.runs().size(), std::size_t(std::bit_width(rows_added)));
    }
  }
}

TEST(CappedDay, LateRowsFillTheCapAndNoMore) {
  const std::vector<std::uint64_t> caps{20};
  CappedDay day;
  const auto added = [&](std::uint64_t count) {
    const CappedDay::Rows rows = day.room_for({{PersonId{7}, ActivityTypeId{0}, count}}, caps);
    day.add(rows);
    return rows.empty() ? 0 : rows[0].count;
  };
  EXPECT_EQ(added(0), 0u);
  EXPECT_EQ(added(17), 17u);
  EXPECT_EQ(added(2), 2u);
  EXPECT_EQ(added(1), 1u);  // exactly
  EXPECT_EQ(added(1), 0u);
  EXPECT_EQ(added(no_cap), 0u);
  EXPECT_EQ(day.runs().size(), 1u);
}

}  // namespace
}  // namespace rolecall
