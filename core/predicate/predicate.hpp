#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/predicate/subject.hpp"

// Conditions as users write them: docs/predicates.md has the language.
namespace rolecall {

namespace syntax {
struct Node;
}

// A condition that has been parsed, not yet met with a table.
class Predicate {
 public:
  // Where a predicate stands, for messages: --where, or a key of a file.
  struct Place {
    std::string file = {};
    std::size_t row = 0;
    std::string field = {};
  };

  // Throws InputError with a caret under the column where the text stops making sense.
  static Predicate parse(std::string_view text, Place place);

  const std::string& text() const { return text_; }
  const Place& place() const { return place_; }
  const syntax::Node& root() const { return *root_; }

 private:
  friend struct PredicateParts;
  Predicate() = default;

  std::string text_;
  Place place_;
  std::shared_ptr<const syntax::Node> root_;
};

// A predicate met with a table.
class Filter {
 public:
  // Throws InputError, with a caret, for unknown names (and the nearest known one), and for
  // comparisons between types that have no order.
  Filter(const Predicate& predicate, const Subject& subject);
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;

  // Whether the answer can differ between as-of days.
  bool changes_with_day() const;

  // 1 for each row that the predicate holds for, as of a day. In parallel.
  std::vector<std::uint8_t> holds(Day as_of);

  // Sets the day for matching().
  void prepare(Day as_of);
  // Those of the rows, ascending, that the predicate holds for, as of the day prepared for. May be
  // called by many threads at once.
  std::vector<std::uint32_t> matching(Rows rows) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same for one row, by the letter of the language: for tests.
bool holds_by_reference(const Predicate& predicate, const Subject& subject, std::uint32_t row,
                        Day as_of);

}  // namespace rolecall
