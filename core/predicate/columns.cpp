#include "core/predicate/columns.hpp"

#include <cmath>
#include <memory>
#include <utility>

namespace rolecall {
namespace {

template <class Out, class Value>
auto fill(Value value) {
  return [value = std::move(value)](Rows rows, std::span<Out> out) {
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = static_cast<Out>(value(rows[i]));
  };
}

template <class Out, class Fill, class Value>
Column as_of_column(ValueType type, ValueAsOf<Value> value) {
  const auto day = std::make_shared<Day>();
  Column column{type, Fill(fill<Out>([value = std::move(value), day](std::uint32_t row) {
                  return value(row, *day);
                }))};
  column.changes_with_day = true;
  column.prepare = [day](Day as_of) { *day = as_of; };
  return column;
}

}  // namespace

Column text_column(const TextColumn& texts) {
  return {ValueType::text,
          FillTexts(fill<std::string_view>([&texts](std::uint32_t row) { return texts[row]; }))};
}

Column text_column(std::function<std::string_view(std::uint32_t)> text) {
  return {ValueType::text, FillTexts(fill<std::string_view>(std::move(text)))};
}

Column number_column(const std::vector<double>& numbers) {
  return {ValueType::number,
          FillNumbers(fill<double>([&numbers](std::uint32_t row) { return numbers[row]; }))};
}

Column number_column(std::function<double(std::uint32_t)> number) {
  return {ValueType::number, FillNumbers(fill<double>(std::move(number)))};
}

Column truth_column(std::function<bool(std::uint32_t)> truth) {
  return {ValueType::truth, FillTruths(fill<std::uint8_t>(std::move(truth)))};
}

Column day_column(const std::vector<Timestamp>& times, const DayBoundary& boundary) {
  return {ValueType::day, FillNumbers([&times, boundary](Rows rows, std::span<double> out) {
            DayBoundary own = boundary;
            for (std::size_t i = 0; i < rows.size(); ++i) out[i] = as_number(times[rows[i]], own);
          })};
}

void add_attributes(std::vector<SubjectField>& fields, const Attributes& attributes) {
  for (const Attribute& attribute : attributes) {
    if (const auto* texts = std::get_if<TextColumn>(&attribute.values))
      fields.push_back({attribute.name, text_column(*texts)});
    else
      fields.push_back(
          {attribute.name, number_column(std::get<std::vector<double>>(attribute.values))});
  }
}

Column text_column_as_of(ValueAsOf<std::string_view> text) {
  return as_of_column<std::string_view, FillTexts>(ValueType::text, std::move(text));
}

Column number_column_as_of(ValueAsOf<double> number) {
  return as_of_column<double, FillNumbers>(ValueType::number, std::move(number));
}

Column day_column_as_of(ValueAsOf<double> day) {
  return as_of_column<double, FillNumbers>(ValueType::day, std::move(day));
}

double as_number(Day day) { return static_cast<double>(day.time_since_epoch().count()); }

double as_number(Timestamp time, DayBoundary& boundary) {
  return time.is_missing() ? std::nan("") : as_number(boundary.day_of(time));
}

}  // namespace rolecall
