#include <cmath>
#include <cstdlib>
#include <regex>

#include "core/predicate/columns.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/names.hpp"
#include "core/predicate/syntax.hpp"

// The language by its letter: one row, one node at a time, nothing shared with the steps. ASCII.
namespace rolecall {
namespace {

using syntax::Kind;
using syntax::Node;
using syntax::Operator;

struct Value {
  bool missing = true;
  ValueType type{};
  std::string text = {};
  double number = 0;
};

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

class Interpreter {
 public:
  Interpreter(const Predicate& predicate, const Subject& subject, std::uint32_t row, Day as_of)
      : predicate_(predicate), subject_(subject), row_(row), as_of_(as_of) {}

  bool holds(const Node& node) const {
    switch (node.kind) {
      case Kind::any:
        for (const Node& child : node.children)
          if (holds(child)) return true;
        return false;
      case Kind::all:
        for (const Node& child : node.children)
          if (!holds(child)) return false;
        return true;
      case Kind::negation:
        return !holds(node.children.front());
      case Kind::is_missing:
        return value(node.children.front()).missing != node.negated;
      case Kind::between:
        return between(node);
      case Kind::comparison:
        return comparison(node);
      default:
        if (node.kind == Kind::call && lowered(node.text) == "between") return between(node);
        return value(node).number != 0;
    }
  }

 private:
  Value value(const Node& node) const {
    switch (node.kind) {
      case Kind::text:
        return {false, ValueType::text, node.text, 0};
      case Kind::number:
        return {false, ValueType::number, "", node.number};
      case Kind::day:
        return {false, ValueType::day, "", as_number(node.day)};
      case Kind::truth:
        return {false, ValueType::truth, "", node.number};
      default:
        break;
    }
    const Column column = resolve(predicate_, node, subject_);
    if (column.prepare) column.prepare(as_of_);
    const std::uint32_t rows[] = {row_};
    if (column.type == ValueType::text) {
      std::string_view text[1];
      std::get<FillTexts>(column.fill)(rows, text);
      return {text[0].empty(), column.type, std::string(text[0]), 0};
    }
    if (column.type == ValueType::truth) {
      std::uint8_t truth[1];
      std::get<FillTruths>(column.fill)(rows, truth);
      return {false, column.type, "", static_cast<double>(truth[0])};
    }
    double number[1];
    std::get<FillNumbers>(column.fill)(rows, number);
    return {std::isnan(number[0]), column.type, "", number[0]};
  }

  // A value read as another type, as the other side asks for it.
  static Value read_as(Value value, ValueType type) {
    if (value.missing || value.type == type || value.type != ValueType::text) return value;
    if (type == ValueType::day) {
      const auto time = parse_timestamp(value.text);
      return time ? Value{false, type, "", as_number(time->utc_day())} : Value{};
    }
    if (type == ValueType::truth)
      return {false, type, "",
              lowered(value.text) == "true"    ? 1.0
              : lowered(value.text) == "false" ? 0.0
                                               : 2.0};
    char* end = nullptr;
    const double number = std::strtod(value.text.c_str(), &end);
    return *end == '\0' ? Value{false, type, "", number} : Value{};
  }

  bool between(const Node& node) const {
    Value v = value(node.children[0]), low = value(node.children[1]),
          high = value(node.children[2]);
    const ValueType type = low.type != ValueType::text ? low.type : v.type;
    v = read_as(v, type), low = read_as(low, type), high = read_as(high, type);
    if (v.missing || low.missing || high.missing) return false;
    return (low.number <= v.number && v.number <= high.number) != node.negated;
  }

  bool comparison(const Node& node) const {
    const Value left = value(node.children[0]);
    const Node& right = node.children[1];
    if (right.kind == Kind::list || node.op >= Operator::contains) {
      if (left.missing) return false;
      bool found = false, known = true;
      const std::vector<Node> one{right};
      for (const Node& each : right.kind == Kind::list ? right.children : one)
        found = found || matches(node.op, left, value(each), known);
      return known && found != node.negated;
    }
    bool known = true;
    const bool holds = matches(node.op, left, value(right), known);
    return known && holds != node.negated;
  }

  static bool matches(Operator op, Value left, Value right, bool& known) {
    const bool text = left.type == ValueType::text && right.type == ValueType::text;
    if (!text) {
      const ValueType type = left.type == ValueType::text ? right.type : left.type;
      left = read_as(left, type), right = read_as(right, type);
    }
    if (left.missing || right.missing) {
      known = false;
      return false;
    }
    const std::string a = lowered(left.text), b = lowered(right.text);
    switch (op) {
      case Operator::equal:
      case Operator::in:
        return text ? a == b : left.number == right.number;
      case Operator::less:
        return left.number < right.number;
      case Operator::less_equal:
        return left.number <= right.number;
      case Operator::greater:
        return left.number > right.number;
      case Operator::greater_equal:
        return left.number >= right.number;
      case Operator::contains:
        return a.find(b) != std::string::npos;
      case Operator::starts_with:
        return a.substr(0, b.size()) == b;
      case Operator::ends_with:
        return a.size() >= b.size() && a.substr(a.size() - b.size()) == b;
      case Operator::matches:
        return std::regex_search(a, std::regex(b));
      case Operator::has_word: {
        const auto is_word = [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                 static_cast<unsigned char>(c) >= 0x80;
        };
        for (std::size_t i = 0; i + b.size() <= a.size(); ++i)
          if (a.compare(i, b.size(), b) == 0 && (i == 0 || !is_word(a[i - 1])) &&
              (i + b.size() == a.size() || !is_word(a[i + b.size()])))
            return true;
        return false;
      }
    }
    return false;
  }

  const Predicate& predicate_;
  const Subject& subject_;
  std::uint32_t row_;
  Day as_of_;
};

}  // namespace

bool holds_by_reference(const Predicate& predicate, const Subject& subject, std::uint32_t row,
                        Day as_of) {
  return Interpreter(predicate, subject, row, as_of).holds(predicate.root());
}

}  // namespace rolecall
