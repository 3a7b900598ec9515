#include "scoring/window_sums.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/random.hpp"
#include "core/simd.hpp"
#include "core/time_ordered_log.hpp"
#include "scoring/raw_scores.hpp"
#include "scoring/sliding_scores.hpp"

// The fast paths of one log, against counts in a map.
namespace rolecall {
namespace {

struct Case {
  TimeOrderedLog log;
  std::vector<std::int64_t> units;
  std::vector<std::uint64_t> caps;
};

// Some people have nothing, most a handful of cells, some thousands, and a few do one thing all
// day.
Case random_case(std::uint64_t seed) {
  Random random(seed, RandomStream::benchmarks, 1);
  Case c;
  c.log.first_day = *parse_day("2026-01-01");
  c.log.people = 2 + random.below(400);
  c.log.types = 1 + random.below(64);
  const std::size_t days = 1 + random.below(100);
  for (std::size_t day = 0; day < days; ++day) {
    const std::size_t rows = random.below(600);
    for (std::size_t i = 0; i < rows; ++i) {
      const bool busy = random.below(3) == 0;
      c.log.person.push_back(static_cast<std::uint32_t>(random.below(busy ? 2 : c.log.people)));
      c.log.type.push_back(static_cast<std::uint8_t>(
          random.below(busy ? std::min<std::size_t>(2, c.log.types) : c.log.types)));
    }
    c.log.day_offsets.push_back(c.log.person.size());
  }
  const bool one_cap = random.below(2) == 0;
  const std::uint64_t kinds[] = {1, 2, 3, 7, 20, 40, 300, UINT64_MAX};
  const bool small_weights = random.below(2) == 0;
  for (std::size_t t = 0; t < c.log.types; ++t) {
    c.caps.push_back(one_cap ? kinds[seed % 8] : random.below(9) == 0 ? 0 : kinds[random.below(8)]);
    if (one_cap && t > 0) c.caps[t] = c.caps[0];
    const auto weight =
        static_cast<std::int64_t>(random.below(small_weights ? 256 : std::uint64_t{1} << 32));
    c.units.push_back(!small_weights && random.below(3) == 0 ? -weight : weight);
  }
  return c;
}

std::vector<std::int64_t> by_map(const Case& c, std::size_t first, std::size_t last) {
  std::map<std::tuple<std::uint32_t, std::size_t, std::uint8_t>, std::uint64_t> counts;
  for (std::size_t day = first; day <= std::min(last, c.log.days() - 1); ++day)
    for (std::uint64_t i = c.log.day_offsets[day]; i < c.log.day_offsets[day + 1]; ++i)
      ++counts[{c.log.person[i], day, c.log.type[i]}];
  std::vector<std::int64_t> sums(c.log.people, 0);
  for (const auto& [key, n] : counts)
    sums[std::get<0>(key)] += c.units[std::get<2>(key)] *
                              static_cast<std::int64_t>(std::min(n, c.caps[std::get<2>(key)]));
  return sums;
}

TEST(WindowSums, AreThoseOfCountsInAMapOnEveryInstructionSet) {
  std::size_t vectors = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Case c = random_case(seed);
    const ActivityIndex index = index_activities(c.log);
    if (index.size() == 0) continue;
    const std::int64_t offset = (index.first_day - c.log.first_day).count();
    const std::int64_t days = (index.last_day - index.first_day).count() + 1;
    Random random(seed, RandomStream::benchmarks, 2);
    for (int window = 0; window < 4; ++window) {
      std::int64_t first = window == 0 ? 0 : static_cast<std::int64_t>(random.below(days));
      std::int64_t last = window < 2 ? days - 1 : static_cast<std::int64_t>(random.below(days));
      if (first > last) std::swap(first, last);
      const std::vector<std::int64_t> want = by_map(c, static_cast<std::size_t>(first + offset),
                                                    static_cast<std::size_t>(last + offset));
      for (const std::string& target : simd::available()) {
        const simd::Limit limit(target);
        const auto sums = WindowSums::make(index, c.units, c.caps, first, last);
        ASSERT_EQ(sums.has_value(), target != "scalar");
        if (!sums) continue;
        std::vector<std::int64_t> got(c.log.people, -1);
        const std::size_t half = got.size() / 2;
        sums->add_up(0, half, got.data());
        sums->add_up(half, got.size(), got.data() + half);
        ASSERT_EQ(got, want) << "seed " << seed << ", " << target << ", days " << first << " to "
                             << last;
        ++vectors;
      }
    }
  }
  EXPECT_GT(vectors, simd::available().size());
}

TEST(WindowSums, LeaveOtherIndexesToOthers) {
  Case c = random_case(3);
  c.log.types = 65;
  c.units.resize(65, 1);
  c.caps.resize(65, 1);
  EXPECT_FALSE(WindowSums::make(index_activities(c.log), c.units, c.caps, 0, 5));
  Case many = random_case(4);
  many.log.types = 64;
  many.units.assign(64, 1);
  for (std::size_t t = 0; t < 64; ++t) many.caps.resize(64), many.caps[t] = t + 1;
  EXPECT_FALSE(WindowSums::make(index_activities(many.log), many.units, many.caps, 0, 5));
  many.caps.assign(64, 20);
  many.units[5] = std::int64_t{1} << 33;
  EXPECT_FALSE(WindowSums::make(index_activities(many.log), many.units, many.caps, 0, 5));
}

TEST(RawScores, AreThoseOfCountsInAMap) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Case c = random_case(seed);
    Random random(seed, RandomStream::benchmarks, 3);
    std::size_t first = random.below(c.log.days()), last = random.below(c.log.days() + 5);
    if (first > last) std::swap(first, last);
    ASSERT_EQ(score_log(c.log, c.units, c.caps, first, last), by_map(c, first, last)) << seed;
  }
}

TEST(SlidingScores, AreTheWindowSumsOfEveryDay) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Case c = random_case(seed);
    for (std::int64_t& u : c.units) u %= 256;
    const ActivityIndex index = index_activities(c.log);
    if (index.size() == 0) continue;
    const auto shift = static_cast<std::int64_t>((index.first_day - c.log.first_day).count());
    const int window = 1 + static_cast<int>(seed % 45);
    const std::int64_t first = static_cast<std::int64_t>(seed % 50) - 20;  // also before the log
    const std::size_t days = 1 + seed % 70;
    const SlidingScores sliding(index, c.units, c.caps, window, first, days);
    for (const std::string& target : simd::available()) {
      const simd::Limit limit(target);
      UninitializedVector<std::int32_t> narrow(sliding.room<std::int32_t>(c.log.people));
      UninitializedVector<std::int64_t> wide(sliding.room<std::int64_t>(c.log.people));
      sliding.slide_everybody(std::span(narrow));
      sliding.slide_everybody(std::span(wide));
      for (std::size_t d = 0; d < days; d += 1 + seed % 7) {
        const std::int64_t last = first + static_cast<std::int64_t>(d) + shift;
        const std::int64_t from = std::max<std::int64_t>(0, last - window + 1);
        const std::vector<std::int64_t> want =
            last < 0 ? std::vector<std::int64_t>(c.log.people, 0)
                     : by_map(c, static_cast<std::size_t>(from), static_cast<std::size_t>(last));
        for (std::size_t p = 0; p < c.log.people; ++p) {
          ASSERT_EQ(wide[sliding.place<std::int64_t>(p, d)], want[p]) << seed << " " << target;
          ASSERT_EQ(narrow[sliding.place<std::int32_t>(p, d)], want[p]) << seed << " " << target;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rolecall
