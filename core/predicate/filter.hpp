#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "core/predicate/subject.hpp"

namespace rolecall {

// A predicate met with a table. Filters made with one subject share what it prepares: finish with a
// day in one before another goes on to the next.
class Filter {
 public:
  // Throws InputError, with a caret, for unknown names (and the nearest known one), and for
  // comparisons between types that have no order. The subject need not outlive it; the tables that
  // its columns look at must.
  Filter(const Predicate& predicate, const Subject& subject);
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;

  // Whether the answer can differ between as-of days.
  bool changes_with_day() const;

  // What a user may want to know, such as activities named that never happened.
  const std::vector<std::string>& warnings() const;

  // 1 for each row that the predicate holds for, as of a day. In parallel.
  std::vector<std::uint8_t> holds(Day as_of);

  // Sets the day for matching().
  void prepare(Day as_of);
  // Those of the rows that the predicate holds for, in their order, as of the day prepared for. May
  // be called by many threads at once.
  std::vector<std::uint32_t> matching(Rows rows) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The column of a name or call that is the whole of a predicate, such as the argument of
// days_since(created). Throws InputError.
Column column_of(const Predicate& predicate, const Subject& subject);

// Whether a predicate holds for one row, by the letter of the language: for tests.
bool holds_by_reference(const Predicate& predicate, const Subject& subject, std::uint32_t row,
                        Day as_of);

}  // namespace rolecall
