#include "experiments/benchmarks/bench_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace rolecall::bench {
namespace {

constexpr std::uint64_t seed = 1;

}  // namespace

Checksum checksum(std::span<const std::int64_t> column) {
  Checksum sum;
  for (std::size_t i = 0; i < column.size(); ++i) sum.add(i, column[i]);
  return sum;
}

Data::Data(std::size_t activities)
    : log_(draw_log(activities, std::max<std::size_t>(activities / 100, 2), seed)) {
  const std::size_t groups = std::max<std::size_t>(activities / 1000, 10);
  Random random(seed, RandomStream::benchmarks, days);  // no day has this number
  for (std::size_t i = 0; i < groups * members_per_group; ++i)
    member_.push_back(static_cast<std::uint32_t>(random.below(log_.people)));
  for (std::size_t g = 0; g < groups; ++g) won_.push_back(random.below(4) == 0);
  constexpr std::array<std::uint64_t, 5> caps{1, 5, 20, 100, UINT64_MAX};
  for (std::size_t t = 0; t < types; ++t) {
    plain_.weights.push_back(1 + static_cast<std::int64_t>(random.below(20)));
    plain_.caps.push_back(cap);
    mixed_.weights.push_back(static_cast<std::int64_t>(random.below(std::uint64_t{1} << 31)) -
                             (t % 8 == 7 ? std::int64_t{1} << 31 : 0));
    mixed_.caps.push_back(caps[t % caps.size()]);
  }
}

const ActivityIndex& Data::index() const {
  if (!index_) index_ = index_activities(log_);
  return *index_;
}

const Data::Reference& Data::reference() const {
  if (reference_) return *reference_;
  Reference& r = reference_.emplace();
  std::vector<std::uint64_t> offsets(log_.people + 1, 0);
  for (const std::uint32_t p : log_.person) ++offsets[p + 1];
  std::inclusive_scan(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<std::uint32_t> events(log_.size());  // day « 8 | type
  std::vector<std::uint64_t> next = offsets;
  for (std::uint32_t day = 0; day < days; ++day)
    for (std::uint64_t i = log_.day_offsets[day]; i < log_.day_offsets[day + 1]; ++i)
      events[next[log_.person[i]]++] = day << 8 | log_.type[i];
  const auto each_count = [&](std::size_t person, auto&& body) {  // in order of day
    for (std::uint64_t i = offsets[person], j; i < offsets[person + 1]; i = j) {
      for (j = i; j < offsets[person + 1] && events[j] == events[i];) ++j;
      body(events[i] >> 8, events[i] & 255, j - i);
    }
  };
  r.last_30.resize(log_.people);
  r.last_365.resize(log_.people);
  r.mixed_365.resize(log_.people);
  r.linear.resize(log_.people);
  r.half_life.resize(log_.people);
  constexpr std::size_t grain = 4096;
  std::vector<Checksum> series(parallel::block_count(log_.people, grain));
  parallel::for_blocks(log_.people, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) {
      std::sort(events.begin() + static_cast<std::ptrdiff_t>(offsets[p]),
                events.begin() + static_cast<std::ptrdiff_t>(offsets[p + 1]));
      std::vector<std::int64_t> daily(days, 0);
      each_count(p, [&](std::uint32_t day, std::size_t type, std::uint64_t n) {
        daily[day] += plain_.weights[type] * static_cast<std::int64_t>(std::min(n, cap));
        r.mixed_365[p] +=
            mixed_.weights[type] * static_cast<std::int64_t>(std::min(n, mixed_.caps[type]));
      });
      r.last_365[p] = std::accumulate(daily.begin(), daily.end(), std::int64_t{0});
      r.last_30[p] = std::accumulate(daily.end() - 30, daily.end(), std::int64_t{0});
      for (std::size_t day = 0; day < days; ++day) {
        const auto worth = static_cast<double>(daily[day]);
        const auto age = static_cast<double>(days - 1 - day);
        r.linear[p] += worth * (static_cast<double>(days) - age) / static_cast<double>(days);
        r.half_life[p] += worth * std::exp2(-age / half_life_days);
        std::int64_t score = 0;
        for (std::size_t d = day < 29 ? 0 : day - 29; d <= day; ++d) score += daily[d];
        series[begin / grain].add(p + day, score);
      }
    }
  });
  for (const Checksum& part : series) r.series.sum += part.sum, r.series.mixed += part.mixed;
  r.features.assign(groups() * types, 0);
  r.by_level.assign(types * cap_levels * groups(), 0);
  parallel::for_blocks(groups(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g)
      for (std::size_t role = 0; role < roles; ++role)
        each_count(member(g, role), [&](std::uint32_t, std::size_t type, std::uint64_t n) {
          const auto weight = static_cast<std::uint32_t>(role_weights[role]);
          for (std::size_t level = 1; level <= cap_levels; ++level)
            r.by_level[(type * cap_levels + level - 1) * groups() + g] +=
                weight * static_cast<std::uint32_t>(std::min<std::uint64_t>(n, level));
          r.features[g * types + type] +=
              weight * static_cast<std::uint32_t>(std::min<std::uint64_t>(n, cap));
        });
  });
  return r;
}

UninitializedVector<std::uint16_t> day_column(const TimeOrderedLog& log) {
  UninitializedVector<std::uint16_t> day(log.size());
  for (std::size_t d = 0; d < log.days(); ++d)
    std::fill(day.begin() + static_cast<std::ptrdiff_t>(log.day_offsets[d]),
              day.begin() + static_cast<std::ptrdiff_t>(log.day_offsets[d + 1]),
              static_cast<std::uint16_t>(d));
  return day;
}

const Data& data_of(std::size_t activities) {
  static std::unique_ptr<Data> data;
  if (!data || data->log().size() != activities) {
    data.reset();  // before the next takes its room
    data = std::make_unique<Data>(activities);
  }
  return *data;
}

}  // namespace rolecall::bench
