#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "experiments/benchmarks/log_draws.cpp"
#include "core/highway.hpp"
//
#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

#include "core/parallel.hpp"
#include "core/philox-inl.hpp"
#include "core/random.hpp"
#include "core/simd.hpp"
#include "experiments/benchmarks/log_draws.hpp"

#ifndef ROLECALL_BENCH_DRAW_RULES
#define ROLECALL_BENCH_DRAW_RULES
namespace rolecall::bench {

constexpr auto stream = static_cast<std::uint32_t>(RandomStream::benchmarks);
// Rows 2k and 2k + 1 of a day are drawn from block k.
struct DrawRules {
  std::uint32_t people;
  std::uint32_t machines;   // the first of the people
  std::uint32_t rank_bits;  // the upper bits of a draw that tell one person from the next

  DrawRules(std::size_t people_count)
      : people(static_cast<std::uint32_t>(people_count)),
        machines(static_cast<std::uint32_t>(std::max<std::size_t>(1, people_count / 20'000))),
        rank_bits(~(std::uint32_t{0}) << (32 - std::bit_width(people_count - 1))) {
    assert(people_count > 1 && people_count < std::size_t{1} << 31);
  }
};
constexpr std::uint32_t spread = 0x9E3779B1;  // odd: deals ranks out over all numbers of people
constexpr std::uint32_t machine_mask = 63;    // one row in 64

}  // namespace rolecall::bench
#endif

HWY_BEFORE_NAMESPACE();
namespace rolecall::bench::HWY_NAMESPACE {

// Rows 2·first … of one day; returns how many it drew.
HWY_ATTR std::size_t draw_rows([[maybe_unused]] const DrawRules& rules,
                               [[maybe_unused]] std::uint64_t seed,
                               [[maybe_unused]] std::uint64_t day,
                               [[maybe_unused]] std::span<std::uint32_t> person,
                               [[maybe_unused]] std::uint8_t* type) {
#if HWY_TARGET == HWY_SCALAR
  return 0;
#else
  namespace hn = hwy::HWY_NAMESPACE;
  namespace lib = rolecall::HWY_NAMESPACE;
  const lib::PhiloxLanes d;
  const std::size_t lanes = hn::Lanes(d);
  const auto people = hn::Set(d, rules.people), machines = hn::Set(d, rules.machines);
  const hn::Repartition<std::uint64_t, lib::PhiloxLanes> wide;
  const auto high = [&](auto a, auto b) HWY_ATTR {
    const auto odd_lanes = [&](auto v) HWY_ATTR {
      return hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, v)));
    };
    return hn::OddEven(hn::BitCast(d, hn::MulEven(odd_lanes(a), odd_lanes(b))),
                       odd_lanes(hn::BitCast(d, hn::MulEven(a, b))));
  };
  const auto is_machine = [&](auto what) HWY_ATTR {
    return hn::Eq(hn::And(what, hn::Set(d, machine_mask)), hn::Zero(d));
  };
  const auto person_of = [&](auto who, auto what) HWY_ATTR {
    const auto rank = hn::And(high(who, who), hn::Set(d, rules.rank_bits));
    return hn::IfThenElse(is_machine(what), high(who, machines),
                          high(hn::Mul(rank, hn::Set(d, spread)), people));
  };
  const auto type_of = [&](auto what) HWY_ATTR {
    const auto one = hn::ShiftRight<16>(what);
    const auto other = hn::And(hn::ShiftRight<6>(what), hn::Set(d, 1023u));
    const auto of = hn::Set(d, std::uint32_t{types});
    return hn::IfThenZeroElse(is_machine(what), hn::Min(hn::ShiftRight<16>(hn::Mul(one, of)),
                                                        hn::ShiftRight<10>(hn::Mul(other, of))));
  };
  const hn::Rebind<std::int32_t, lib::PhiloxLanes> signed_lanes;
  const hn::Rebind<std::uint16_t, lib::PhiloxLanes> pairs;
  std::size_t row = 0;
  for (; row + 2 * lanes <= person.size(); row += 2 * lanes) {
    const auto x = lib::philox_blocks(seed, stream, day, static_cast<std::uint32_t>(row / 2));
    hn::StoreInterleaved2(person_of(x.word0, x.word1), person_of(x.word2, x.word3), d,
                          person.data() + row);
    const auto pair = hn::Or(type_of(x.word1), hn::ShiftLeft<8>(type_of(x.word3)));
    hn::StoreU(hn::DemoteTo(pairs, hn::BitCast(signed_lanes, pair)), pairs,
               reinterpret_cast<std::uint16_t*>(type + row));
  }
  return row;
#endif
}

}  // namespace rolecall::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rolecall::bench {
namespace {

HWY_EXPORT(draw_rows);

std::uint32_t high(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(std::uint64_t{a} * b >> 32);
}

void draw_row(const DrawRules& rules, std::uint32_t who, std::uint32_t what, std::uint32_t& person,
              std::uint8_t& type) {
  if ((what & machine_mask) == 0) {
    person = high(who, rules.machines);
    type = 0;
    return;
  }
  person = high((high(who, who) & rules.rank_bits) * spread, rules.people);
  constexpr std::uint32_t of = types;
  const std::uint32_t one = (what >> 16) * of >> 16, other = (what >> 6 & 1023) * of >> 10;
  type = static_cast<std::uint8_t>(std::min(one, other));
}

void draw_rows_by_library(const DrawRules& rules, std::uint64_t seed, std::uint64_t day,
                          std::span<std::uint32_t> person, std::uint8_t* type, std::size_t row) {
  for (; row < person.size(); row += 2) {
    const auto x =
        random_block(seed, RandomStream::benchmarks, day, static_cast<std::uint32_t>(row / 2));
    draw_row(rules, x[0], x[1], person[row], type[row]);
    if (row + 1 < person.size()) draw_row(rules, x[2], x[3], person[row + 1], type[row + 1]);
  }
}

TimeOrderedLog empty_log(std::size_t activities, std::size_t people, TimeOrderedLog log) {
  log.first_day = *parse_day("2025-04-01");
  log.people = people;
  log.types = types;
  log.person.resize(activities);
  log.type.resize(activities);
  log.day_offsets = {0};
  for (std::size_t d = 1; d <= days; ++d) log.day_offsets.push_back(activities * d / days);
  return log;
}

std::span<std::uint32_t> rows_of(TimeOrderedLog& log, std::size_t day) {
  return std::span(log.person)
      .subspan(log.day_offsets[day], log.day_offsets[day + 1] - log.day_offsets[day]);
}

}  // namespace

TimeOrderedLog draw_log(std::size_t activities, std::size_t people, std::uint64_t seed,
                        TimeOrderedLog reused) {
  const DrawRules rules(people);
  TimeOrderedLog log = empty_log(activities, people, std::move(reused));
  parallel::for_each(days, [&](std::size_t day) {
    const std::span person = rows_of(log, day);
    std::uint8_t* const type = log.type.data() + log.day_offsets[day];
    const std::size_t drawn =
        simd::has_vectors() ? HWY_DYNAMIC_DISPATCH(draw_rows)(rules, seed, day, person, type) : 0;
    draw_rows_by_library(rules, seed, day, person, type, drawn);
  });
  return log;
}

TimeOrderedLog draw_log_by_library(std::size_t activities, std::size_t people, std::uint64_t seed,
                                   TimeOrderedLog reused) {
  const DrawRules rules(people);
  TimeOrderedLog log = empty_log(activities, people, std::move(reused));
  for (std::size_t day = 0; day < days; ++day)
    draw_rows_by_library(rules, seed, day, rows_of(log, day),
                         log.type.data() + log.day_offsets[day], 0);
  return log;
}

}  // namespace rolecall::bench
#endif  // HWY_ONCE
