#include "core/activity_index.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

ActivityLog log_of(std::size_t types, std::vector<std::pair<const char*, std::size_t>> rows,
                   std::vector<std::uint64_t> counts = {}) {
  ActivityLog log;
  for (std::size_t t = 0; t < types; ++t) log.type_names.push_back(std::to_string(10'000 + t));
  log.offsets = {0, rows.size()};
  for (const auto& [time, type] : rows) {
    log.times.push_back(*parse_timestamp(time));
    log.types.emplace_back(type);
  }
  log.counts = std::move(counts);
  return log;
}

TEST(ActivityIndex, SortsSinglesByDayAndType) {
  const auto log = log_of(3, {{"2026-03-01", 2}, {"2026-03-01", 0}, {"2026-03-03", 1}});
  const ActivityIndex index = index_activities(log, {});
  EXPECT_EQ(to_string(index.first_day), "2026-03-01");
  EXPECT_EQ(to_string(index.last_day), "2026-03-03");
  const auto& rows = std::get<Cells<std::uint16_t>>(index.rows);
  EXPECT_EQ(rows.cells, (UninitializedVector<std::uint16_t>{0, 2, 2 << 6 | 1}));
  EXPECT_TRUE(rows.counts.empty());
}

TEST(ActivityIndex, KeepsABillionAsOneRow) {
  const auto log = log_of(2,
                          {{"2026-03-01T01:00", 1},
                           {"2026-03-01T02:00", 0},
                           {"2026-03-01T03:00", 1},
                           {"2026-03-02", 0}},
                          {1'000'000'000, 5, 3, 0});
  const ActivityIndex index = index_activities(log, {});
  const auto& rows = std::get<Cells<std::uint16_t>>(index.rows);
  EXPECT_EQ(rows.cells, (UninitializedVector<std::uint16_t>{0, 1}));
  EXPECT_EQ(rows.counts, (std::vector<std::uint64_t>{5, 1'000'000'003}));
  EXPECT_EQ(index.offsets, (std::vector<std::uint64_t>{0, 2}));
}

TEST(ActivityIndex, WidensForManyTypesOrDays) {
  EXPECT_TRUE(std::holds_alternative<Cells<std::uint16_t>>(
      index_activities(log_of(64, {{"2020-01-01", 63}, {"2022-10-20", 0}}), {}).rows));
  EXPECT_TRUE(std::holds_alternative<Cells<std::uint32_t>>(
      index_activities(log_of(64, {{"2020-01-01", 63}, {"2022-10-21", 0}}), {}).rows));
  const ActivityIndex many =
      index_activities(log_of(65, {{"2020-01-01", 64}, {"2022-01-01", 0}}), {});
  EXPECT_EQ(many.type_bits, 7u);
}

TEST(ActivityIndex, RefusesWhatDoesNotFit) {
  EXPECT_THROW(index_activities(log_of(2000, {{"0001-01-01", 0}, {"9999-12-31", 1}}), {}),
               InputError);
}

TEST(ActivityIndex, HoldsNothing) {
  EXPECT_EQ(index_activities(log_of(0, {}), {}).size(), 0u);
  EXPECT_EQ(index_activities(log_of(1, {{"2026-01-01", 0}}, {0}), {}).size(), 0u);
}

}  // namespace
}  // namespace rolecall
