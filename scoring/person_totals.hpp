#pragma once

#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/activity_index.hpp"
#include "scoring/moments.hpp"
#include "scoring/type_weights.hpp"

namespace rolecall {

// The first and the last of some days that the index has, counted from its first day; the last
// before the first when there are none.
std::pair<std::int64_t, std::int64_t> days_of_index(const ActivityIndex& index, DaySpan days);

// Weighted capped counts of people: Σ weight(type, age) · min(n(person, type, day), cap), over the
// days of a moment's window. With one moment everybody is added up at once, in parallel. `Sum` is
// std::int64_t or int128, exact, or double, where the cells of a person add up in their order in
// the index.
template <class Sum>
class PersonTotals {
 public:
  // `weights` has one entry for all moments, or one for each distinct as-of day, in order.
  PersonTotals(const ActivityIndex& index, const BoundModel& bound,
               const std::vector<Moment>& moments, const std::vector<TypeWeights>& weights,
               std::span<const std::uint32_t> weights_of);

  Sum at(PersonId person, std::size_t moment) const {
    return known_.empty() ? add_up(person, moment) : known_[person.index()];
  }

  // What a total is to be divided by; 1 for double.
  int128 denominator(std::size_t moment) const {
    return worths_[windows_[moment].worth].denominator;
  }

 private:
  struct Worth {
    std::vector<Sum> types;  // by type
    std::vector<Sum> ages;   // by age; empty without decay
    int128 denominator = 1;
  };
  struct Window {
    std::int64_t first, last, as_of;  // [day] of the index; empty when first > last
    std::uint32_t worth;
  };

  void add_up_everybody();
  Sum add_up(PersonId person, std::size_t moment) const;
  template <class Cell>
  Sum add_up(const Cells<Cell>& rows, std::size_t begin, std::size_t end, const Window& w) const;

  const ActivityIndex& index_;
  const std::vector<std::uint64_t>& caps_;
  std::vector<Worth> worths_;    // of one as-of day, or of all
  std::vector<Window> windows_;  // by moment
  std::vector<Sum> known_;       // by person, when there is one moment
};

// How many activities the index has, counts added up.
int128 activities(const ActivityIndex& index);

// Which types occurred within the window ending on `as_of`, anywhere in the tenant.
std::vector<std::uint8_t> types_in_window(const ActivityIndex& index, std::size_t types, Day as_of,
                                          int window_days);

}  // namespace rolecall
