#include "core/time_ordered_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace rolecall {
namespace {

// A log of random rows, some people far busier than others.
TimeOrderedLog random_log(std::uint64_t seed, std::size_t types) {
  Random random(seed, RandomStream::benchmarks, 0);
  TimeOrderedLog log;
  log.first_day = *parse_day("2026-01-05");
  log.people = 1 + random.below(3000);
  log.types = types;
  const std::size_t days = 1 + random.below(40);
  for (std::size_t day = 0; day < days; ++day) {
    const std::size_t rows = random.below(3) == 0 ? 0 : random.below(4000);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t among = random.below(4) == 0 ? 2 : log.people;
      log.person.push_back(static_cast<std::uint32_t>(random.below(std::min(among, log.people))));
      log.type.push_back(
          static_cast<std::uint8_t>(random.below(random.below(2) == 0 ? 3 : types) % types));
    }
    log.day_offsets.push_back(log.person.size());
  }
  return log;
}

// The same rows as a world has them.
ActivityLog as_world_log(const TimeOrderedLog& log) {
  std::vector<std::vector<std::pair<Timestamp, std::uint8_t>>> rows(log.people);
  for (std::size_t day = 0; day < log.days(); ++day)
    for (std::uint64_t i = log.day_offsets[day]; i < log.day_offsets[day + 1]; ++i)
      rows[log.person[i]].emplace_back(Timestamp(log.first_day + days_rep{static_cast<int>(day)}),
                                       log.type[i]);
  ActivityLog world;
  for (std::size_t t = 0; t < log.types; ++t) world.type_names.push_back(std::to_string(1000 + t));
  for (const auto& mine : rows) {
    for (const auto& [time, type] : mine) {
      world.times.push_back(time);
      world.types.emplace_back(type);
    }
    world.offsets.push_back(world.times.size());
  }
  return world;
}

void expect_same(const ActivityIndex& got, const ActivityIndex& want) {
  EXPECT_EQ(got.offsets, want.offsets);
  EXPECT_EQ(got.type_bits, want.type_bits);
  if (want.size() == 0) return;
  EXPECT_EQ(got.first_day, want.first_day);
  EXPECT_EQ(got.last_day, want.last_day);
  ASSERT_EQ(got.rows.index(), want.rows.index());
  std::visit(
      [&](const auto& rows) {
        using Rows = std::decay_t<decltype(rows)>;
        EXPECT_EQ(rows.cells, std::get<Rows>(want.rows).cells);
        EXPECT_TRUE(rows.counts.empty());
      },
      got.rows);
}

TEST(TimeOrderedLog, SortsIntoTheIndexOfTheSameWorld) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    for (const std::size_t types : {1, 34, 64, 65, 256}) {
      const TimeOrderedLog log = random_log(seed, types);
      const ActivityIndex want = index_activities(as_world_log(log), DayBoundary());
      for (const std::size_t threads : {1, 3}) {
        const parallel::ThreadLimit limit(threads);
        expect_same(index_activities(log), want);
      }
    }
  }
}

TEST(TimeOrderedLog, TakesManyDays) {
  TimeOrderedLog log;
  log.people = 2;
  log.types = 3;
  for (int day = 0; day < 3000; ++day) {
    for (const std::uint8_t type : {2, 0, 1}) {
      log.person.push_back(static_cast<std::uint32_t>(day % 2));
      log.type.push_back(type);
    }
    log.day_offsets.push_back(log.person.size());
  }
  const ActivityIndex index = index_activities(log);
  ASSERT_TRUE(std::holds_alternative<Cells<std::uint32_t>>(index.rows));
  expect_same(index, index_activities(as_world_log(log), DayBoundary()));
}

TEST(TimeOrderedLog, OfNothingIsAnIndexOfNothing) {
  TimeOrderedLog log;
  log.people = 5;
  log.types = 2;
  log.day_offsets = {0, 0, 0};
  EXPECT_EQ(index_activities(log).size(), 0u);
  EXPECT_EQ(index_activities(log).people(), 5u);
}

}  // namespace
}  // namespace rolecall
