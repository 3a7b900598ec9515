#include "scoring/person_totals.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "scoring/window_sums.hpp"

namespace rolecall {
std::pair<std::int64_t, std::int64_t> days_of_index(const ActivityIndex& index, DaySpan days) {
  if (index.size() == 0) return {0, -1};
  return {(std::max(days.first, index.first_day) - index.first_day).count(),
          (std::min(days.last, index.last_day) - index.first_day).count()};
}

template <class Sum>
PersonTotals<Sum>::PersonTotals(const ActivityIndex& index, const BoundModel& bound,
                                const std::vector<Moment>& moments,
                                const std::vector<TypeWeights>& weights,
                                std::span<const std::uint32_t> weights_of)
    : index_(index), caps_(bound.caps) {
  for (const TypeWeights& w : weights) {
    Worth& worth = worths_.emplace_back();
    if constexpr (std::is_same_v<Sum, double>) {
      worth.types = w.values;
      worth.ages = w.age_values;
    } else {
      worth.types.assign(w.units.begin(), w.units.end());
      worth.ages.assign(w.age_units.begin(), w.age_units.end());
      worth.denominator = w.denominator;
    }
  }
  for (std::size_t m = 0; m < moments.size(); ++m) {
    const Moment& moment = moments[m];
    const auto [first, last] = days_of_index(index, window_of(moment, bound.model->window_days));
    windows_.push_back({first, last, (moment.as_of - index.first_day).count(), weights_of[m]});
  }
  if (moments.size() == 1) add_up_everybody();
}

template <class Sum>
void PersonTotals<Sum>::add_up_everybody() {
  const Phase phase("add up people");
  std::vector<Sum> totals(index_.people());
  const Window& w = windows_.front();
  std::optional<WindowSums> fast;
  if constexpr (std::is_same_v<Sum, std::int64_t>)
    if (worths_[w.worth].ages.empty())
      fast = WindowSums::make(index_, worths_[w.worth].types, caps_, w.first, w.last);
  constexpr std::size_t grain = 4096;
  parallel::for_blocks(totals.size(), grain, [&](std::size_t begin, std::size_t end) {
    if constexpr (std::is_same_v<Sum, std::int64_t>)
      if (fast) return fast->add_up(begin, end, totals.data() + begin);
    for (std::size_t p = begin; p < end; ++p) totals[p] = add_up(PersonId{p}, 0);
  });
  known_ = std::move(totals);
}

template <class Sum>
template <class Cell>
Sum PersonTotals<Sum>::add_up(const Cells<Cell>& rows, std::size_t begin, std::size_t end,
                              const Window& w) const {
  const Cell* const cells = rows.cells.data();
  const std::span<const Cell> within =
      cells_within(rows.between(begin, end), w.first, w.last, index_.type_bits);
  const Cell *const low = within.data(), *const high = low + within.size();
  const Cell type_mask = static_cast<Cell>((std::uint64_t{1} << index_.type_bits) - 1);
  const Worth& worth = worths_[w.worth];
  Sum total = 0;
  const auto add = [&](Cell cell, std::uint64_t count) {
    Sum part = worth.types[cell & type_mask] * static_cast<Sum>(count);
    if (!worth.ages.empty())
      part *= worth.ages[static_cast<std::size_t>(w.as_of - (cell >> index_.type_bits))];
    total += part;
  };
  if (!rows.counts.empty()) {
    for (const Cell* c = low; c < high; ++c)
      add(*c, std::min(rows.counts[static_cast<std::size_t>(c - cells)], caps_[*c & type_mask]));
    return total;
  }
  for (const Cell* c = low; c < high; ++c) {
    const std::uint64_t cap = caps_[*c & type_mask];
    if (cap > static_cast<std::uint64_t>(c - low) || c[-static_cast<std::ptrdiff_t>(cap)] != *c)
      add(*c, 1);
  }
  return total;
}

template <class Sum>
Sum PersonTotals<Sum>::add_up(PersonId person, std::size_t moment) const {
  const Window& w = windows_[moment];
  if (w.first > w.last) return 0;
  const std::size_t begin = index_.offsets[person.index()];
  const std::size_t end = index_.offsets[person.index() + 1];
  return std::visit([&](const auto& rows) { return add_up(rows, begin, end, w); }, index_.rows);
}

template class PersonTotals<std::int64_t>;
template class PersonTotals<int128>;
template class PersonTotals<double>;

int128 activities(const ActivityIndex& index) {
  return std::visit(
      [&](const auto& rows) {
        if (rows.counts.empty()) return static_cast<int128>(index.size());
        return std::accumulate(rows.counts.begin(), rows.counts.end(), int128{0});
      },
      index.rows);
}

std::vector<std::uint8_t> types_in_window(const ActivityIndex& index, std::size_t types, Day as_of,
                                          int window_days) {
  std::vector<std::uint8_t> occurred(types, 0);
  const auto [first, last] = days_of_index(index, window_of({as_of}, window_days));
  if (first > last) return occurred;
  constexpr std::size_t grain = 4096;
  std::vector<std::vector<std::uint8_t>> found(parallel::block_count(index.people(), grain));
  std::visit(
      [&, first = first, last = last](const auto& rows) {
        parallel::for_blocks(index.people(), grain, [&](std::size_t b, std::size_t e) {
          std::vector<std::uint8_t>& mine = found[b / grain];
          mine.assign(types, 0);
          const auto mask = (std::uint64_t{1} << index.type_bits) - 1;
          for (std::size_t p = b; p < e; ++p)
            for (const auto cell :
                 cells_within(rows.between(index.offsets[p], index.offsets[p + 1]), first, last,
                              index.type_bits))
              mine[cell & mask] = 1;
        });
      },
      index.rows);
  for (const auto& mine : found)
    for (std::size_t t = 0; t < types; ++t) occurred[t] |= mine[t];
  return occurred;
}

}  // namespace rolecall
