#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/window_sums.cpp"
#include "core/highway.hpp"
//
#include <algorithm>

#include "core/simd.hpp"
#include "scoring/window_sums.hpp"

HWY_BEFORE_NAMESPACE();
namespace rolecall::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline std::int64_t scalar_sum(const WindowSums::Plan& plan, std::int64_t begin, std::int64_t end) {
  std::int64_t sum = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    const std::uint16_t cell = plan.cells[i];
    const std::size_t type = cell % WindowSums::most_types;
    const std::uint64_t cap = plan.cap_of[type];
    const auto place = static_cast<std::uint64_t>(i - begin);
    if (cell >= plan.from &&
        (cap > place || plan.cells[i - static_cast<std::int64_t>(cap)] != cell))
      sum += plan.units[type];
  }
  return sum;
}

// Works through a person's cells from the last to the first, two vectors at a time, until it is
// before the window. `narrow`: cells before the window are likely; else there are none. `plain`:
// one cap and one plane.
template <bool narrow, bool plain>
HWY_ATTR void add_up_people(const WindowSums::Plan& plan, std::size_t first_person,
                            std::size_t last_person, std::int64_t* out) {
  const hn::ScalableTag<std::uint8_t> bytes;
  const hn::Repartition<std::uint16_t, decltype(bytes)> cells;
  const hn::Repartition<std::uint64_t, decltype(bytes)> sums;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(cells));
  const std::int64_t block = 2 * lanes;
  constexpr std::size_t most_planes = plain ? 1 : WindowSums::most_planes;
  constexpr std::ptrdiff_t cells_ahead = 2048;  // short rows defeat the processor's own prefetching
  constexpr std::size_t people_ahead = 16;
  const std::size_t planes = plain ? 1 : plan.planes.size();
  const std::size_t caps = plain ? 1 : plan.caps.size();
  const auto from = hn::Set(cells, plan.from);
  const std::uint64_t highest_cap = plan.caps.back();

  // 64 bytes, looked up by the lower six bits of each.
#if HWY_TARGET == HWY_AVX3_DL
  const auto look_up = [&](const std::uint8_t* table, auto index) HWY_ATTR {
    return decltype(index){_mm512_permutexvar_epi8(index.raw, hn::LoadU(bytes, table).raw)};
  };
#else
  const auto look_up = [&](const std::uint8_t* table, auto index) HWY_ATTR {
    // A saturated sum leaves the top bit clear for the sixteen indices of one quarter of the table,
    // and for those alone; where it is set, the lookup gives 0.
    const auto low = hn::And(index, hn::Set(bytes, 63));
    const auto quarter = [&](int q) HWY_ATTR {
      const auto at = hn::Xor(low, hn::Set(bytes, static_cast<std::uint8_t>(16 * q)));
      return hn::TableLookupBytesOr0(hn::LoadDup128(bytes, table + 16 * q),
                                     hn::SaturatedAdd(at, hn::Set(bytes, 0x70)));
    };
    return hn::Or(hn::Or(quarter(0), quarter(1)), hn::Or(quarter(2), quarter(3)));
  };
#endif
  // The first n lanes, n as it comes.
  const auto first = [&](std::int64_t n) HWY_ATTR {
    return hn::FirstN(cells, static_cast<std::size_t>(std::clamp<std::int64_t>(n, 0, lanes)));
  };
  // One byte for each cell: those of the first vector in even places, of the second in odd ones.
  const auto interleave = [&](auto even, auto odd) HWY_ATTR {
    return hn::OddEven(hn::BitCast(bytes, odd), hn::BitCast(bytes, even));
  };

  for (std::size_t p = first_person; p < last_person; ++p) {
    const auto begin = static_cast<std::int64_t>(plan.offsets[p]);
    auto end = static_cast<std::int64_t>(plan.offsets[p + 1]);
    if constexpr (narrow) {
      const std::uint16_t* const tail =
          plan.cells + plan.offsets[std::min(p + people_ahead, plan.people)];
      hwy::Prefetch(tail - 1);
      hwy::Prefetch(tail - lanes);
      if (plan.until != 0)
        end = std::lower_bound(plan.cells + begin, plan.cells + end, plan.until) - plan.cells;
    }
    // The vectors of the first people would begin before the first cell.
    if (begin < block + static_cast<std::int64_t>(std::min<std::uint64_t>(
                            highest_cap, static_cast<std::uint64_t>(end - begin)))) {
      out[p - first_person] = scalar_sum(plan, begin, end);
      continue;
    }
    hn::Vec<decltype(sums)> found[most_planes];
    for (std::size_t k = 0; k < planes; ++k) found[k] = hn::Zero(sums);
    for (std::int64_t at = end; at > begin;) {
      at -= block;
      const std::uint16_t* const c = plan.cells + at;
      if constexpr (!narrow) {
        hwy::Prefetch(c + cells_ahead);
        hwy::Prefetch(c + cells_ahead + lanes);
      }
      const auto low = hn::LoadU(cells, c);
      const auto high = hn::LoadU(cells, c + lanes);
      // Cells of the person before, and before the window.
      auto low_out = first(begin - at), high_out = first(begin - at - lanes);
      if constexpr (narrow) {
        low_out = hn::Or(low_out, hn::Lt(low, from));
        high_out = hn::Or(high_out, hn::Lt(high, from));
      }
      // Which cells are within the k-th cap.
      const auto within = [&](std::size_t k) HWY_ATTR {
        const std::uint64_t cap = plan.caps[k];
        const bool reached = cap < static_cast<std::uint64_t>(end - begin);
        const auto lag = reached ? static_cast<std::int64_t>(cap) : 0;
        const std::int64_t exempt = reached ? begin + lag - at : block;
        const auto low_in = hn::Or(hn::Ne(low, hn::LoadU(cells, c - lag)), first(exempt));
        const auto high_in =
            hn::Or(hn::Ne(high, hn::LoadU(cells, c + lanes - lag)), first(exempt - lanes));
        return interleave(hn::VecFromMask(cells, hn::AndNot(low_out, low_in)),
                          hn::VecFromMask(cells, hn::AndNot(high_out, high_in)));
      };
      const auto type = interleave(low, hn::ShiftLeft<8>(high));
      auto counted = within(0);
      if constexpr (!plain) {
        counted = hn::And(counted, hn::Set(bytes, 1));
        for (std::size_t k = 1; k < caps; ++k)
          counted = hn::Or(counted,
                           hn::And(within(k), hn::Set(bytes, static_cast<std::uint8_t>(1u << k))));
        counted = hn::VecFromMask(
            bytes, hn::Ne(hn::And(counted, look_up(plan.cap_bit.data(), type)), hn::Zero(bytes)));
      }
      for (std::size_t k = 0; k < planes; ++k)
        found[k] = hn::Add(
            found[k], hn::SumsOf8(hn::And(counted, look_up(plan.planes[k].bytes.data(), type))));
      if (narrow && *c < plan.from) break;
    }
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < planes; ++k)
      sum += plan.planes[k].worth *
             static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(sums, found[k])));
    out[p - first_person] = sum;
  }
}

HWY_ATTR void add_up(const WindowSums::Plan& plan, std::size_t begin, std::size_t end,
                     std::int64_t* out) {
  const bool narrow = plan.from > 0 || plan.until > 0;
  const bool plain = plan.planes.size() == 1 && plan.caps.size() == 1;
  if (narrow)
    (plain ? add_up_people<true, true> : add_up_people<true, false>)(plan, begin, end, out);
  else
    (plain ? add_up_people<false, true> : add_up_people<false, false>)(plan, begin, end, out);
}

}  // namespace rolecall::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rolecall {

HWY_EXPORT(add_up);

std::optional<WindowSums> WindowSums::make(const ActivityIndex& index,
                                           std::span<const std::int64_t> units,
                                           std::span<const std::uint64_t> caps, std::int64_t first,
                                           std::int64_t last) {
  const auto* rows = std::get_if<Cells<std::uint16_t>>(&index.rows);
  if (!simd::has_vectors() || rows == nullptr || !rows->counts.empty() ||
      std::size_t{1} << index.type_bits != most_types || units.size() > most_types || first > last)
    return std::nullopt;
  Plan plan;
  plan.cells = rows->cells.data();
  plan.offsets = index.offsets.data();
  plan.people = index.people();
  plan.from = static_cast<std::uint16_t>(first << index.type_bits);
  if (last < (index.last_day - index.first_day).count())
    plan.until = static_cast<std::uint32_t>(last + 1) << index.type_bits;
  for (std::size_t t = 0; t < units.size(); ++t) {
    if (units[t] > UINT32_MAX || units[t] < -std::int64_t{UINT32_MAX}) return std::nullopt;
    if (units[t] == 0) continue;  // its cap does not matter, and no byte counts it
    plan.units[t] = caps[t] > 0 ? units[t] : 0;
    plan.cap_of[t] = std::max<std::uint64_t>(caps[t], 1);
    plan.caps.push_back(plan.cap_of[t]);
  }
  std::ranges::sort(plan.caps);
  plan.caps.erase(std::unique(plan.caps.begin(), plan.caps.end()), plan.caps.end());
  if (plan.caps.size() > most_caps) return std::nullopt;
  if (plan.caps.empty()) plan.caps.push_back(1);
  for (std::size_t t = 0; t < units.size(); ++t)
    if (plan.cap_of[t] > 0)
      plan.cap_bit[t] = static_cast<std::uint8_t>(
          1u << (std::ranges::lower_bound(plan.caps, plan.cap_of[t]) - plan.caps.begin()));
  for (const int sign : {1, -1})
    for (unsigned byte = 0; byte < 4; ++byte) {
      Plane plane{.worth = sign * (std::int64_t{1} << (8 * byte))};
      for (std::size_t t = 0; t < most_types; ++t)
        plane.bytes[t] = static_cast<std::uint8_t>(
            std::max<std::int64_t>(sign * plan.units[t], 0) >> (8 * byte));
      if (plane.bytes != Plane{}.bytes) plan.planes.push_back(plane);
    }
  if (plan.planes.empty()) plan.planes.emplace_back();
  return WindowSums(std::move(plan));
}

void WindowSums::add_up(std::size_t begin, std::size_t end, std::int64_t* out) const {
  HWY_DYNAMIC_DISPATCH(add_up)(plan_, begin, end, out);
}

}  // namespace rolecall
#endif  // HWY_ONCE
