#include "core/predicate/operands.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/predicate/excerpt.hpp"
#include "core/predicate/names.hpp"

namespace rolecall {
namespace {

using syntax::Kind;
using syntax::Node;

double days_since_1970(Day day) { return static_cast<double>(day.time_since_epoch().count()); }

double read_number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value)
             ? value
             : std::nan("");
}

double read_day(std::string_view text) {
  const std::optional<Timestamp> time = parse_timestamp(text);
  return time ? days_since_1970(time->utc_day()) : std::nan("");
}

FillNumbers read_texts(FillTexts texts, double (*read)(std::string_view)) {
  return [texts = std::move(texts), read](Rows rows, std::span<double> out) {
    std::vector<std::string_view> values(rows.size());
    texts(rows, values);
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = read(values[i]);
  };
}

}  // namespace

std::string_view with_article(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "a text";
    case ValueType::number:
      return "a number";
    case ValueType::day:
      return "a day";
    case ValueType::truth:
      break;
  }
  return "true or false";
}

Operand operand(const Predicate& predicate, const Node& node, const Subject& subject) {
  switch (node.kind) {
    case Kind::text:
      return {&node, ValueType::text};
    case Kind::number:
      return {&node, ValueType::number};
    case Kind::day:
      return {&node, ValueType::day};
    case Kind::truth:
      return {&node, ValueType::truth};
    case Kind::name:
    case Kind::call: {
      Column column = resolve(predicate, node, subject);
      const ValueType type = column.type;
      return {&node, type, std::move(column)};
    }
    default:
      throw_at(predicate, node, "this cannot be compared", "Compare a name or a call.");
  }
}

Numbers as_numbers(const Predicate& predicate, const Operand& operand, ValueType type) {
  const Node& node = *operand.node;
  const bool is_day = type == ValueType::day;
  if (operand.type == type) {
    if (!operand.is_literal()) return std::get<FillNumbers>(operand.column->fill);
    return is_day ? days_since_1970(node.day) : node.number;
  }
  if (operand.type == ValueType::text && !operand.is_literal())
    return read_texts(std::get<FillTexts>(operand.column->fill), is_day ? read_day : read_number);
  throw_at(predicate, node,
           fmt::format("{} is expected here, and this is {}", with_article(type),
                       with_article(operand.type)),
           operand.type != ValueType::text ? ""
           : is_day                        ? "Write days without quotes: 2026-03-01."
                                           : "Write numbers without quotes.");
}

}  // namespace rolecall
