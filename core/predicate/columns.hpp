#pragma once

#include <functional>
#include <vector>

#include "core/attributes.hpp"
#include "core/day_boundary.hpp"
#include "core/predicate/subject.hpp"
#include "core/text_column.hpp"
#include "core/timestamp.hpp"

// Columns for predicates over the tables of a world. They look at what they are given, which must
// outlive them.
namespace rolecall {

Column text_column(const TextColumn& texts);
Column text_column(std::function<std::string_view(std::uint32_t row)> text);
Column number_column(const std::vector<double>& numbers);
Column number_column(std::function<double(std::uint32_t row)> number);
Column truth_column(std::function<bool(std::uint32_t row)> truth);
Column day_column(const std::vector<Timestamp>& times, const DayBoundary& boundary);

// The names behind a column of ids; none: missing.
template <class Id>
Column name_column(const TextColumn& names, const std::vector<Id>& ids) {
  return text_column([&names, &ids](std::uint32_t row) {
    return ids[row] ? names[ids[row].index()] : std::string_view{};
  });
}

void add_attributes(std::vector<SubjectField>& fields, const Attributes& attributes);

// The same, as of the day that the column was prepared for.
template <class Value>
using ValueAsOf = std::function<Value(std::uint32_t row, Day as_of)>;
Column text_column_as_of(ValueAsOf<std::string_view> text);
Column number_column_as_of(ValueAsOf<double> number);
Column day_column_as_of(ValueAsOf<double> day);

// A day as predicates count it, and the missing day.
double as_number(Day day);
double as_number(Timestamp time, DayBoundary& boundary);

}  // namespace rolecall
