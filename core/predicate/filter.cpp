#include "core/predicate/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/predicate/excerpt.hpp"
#include "core/predicate/names.hpp"
#include "core/predicate/operands.hpp"
#include "core/predicate/steps.hpp"

namespace rolecall {
namespace {

using syntax::Kind;
using syntax::Node;
using syntax::Operator;

bool is_text_operator(Operator op) { return op >= Operator::contains; }

// Turns a syntax tree into steps, and keeps what the columns want prepared.
class Binder {
 public:
  Binder(const Predicate& predicate, const Subject& subject)
      : predicate_(predicate), subject_(subject) {}

  StepPtr condition(const Node& node) {
    switch (node.kind) {
      case Kind::any:
        return any_of(conditions(node));
      case Kind::all:
        return all_of(conditions(node));
      case Kind::negation:
        return not_step(condition(node.children.front()));
      case Kind::comparison:
        return comparison(node);
      case Kind::between:
        return between(node.children[0], node.children[1], node.children[2], node.negated);
      case Kind::is_missing:
        return is_missing(node);
      case Kind::truth:
        return constant_step(node.number != 0);
      case Kind::call:
        if (rolecall::same_text(node.text, "between") && node.children.size() == 3)
          return between(node.children[0], node.children[1], node.children[2], false);
        [[fallthrough]];
      case Kind::name: {
        const Operand value = take(node);
        if (value.type == ValueType::truth)
          return truth_step(std::get<FillTruths>(value.column->fill), true);
        throw_at(predicate_, node,
                 fmt::format("this is {}, not a condition", with_article(value.type)),
                 "Compare it with something, such as = or is missing.");
      }
      default:
        throw_at(predicate_, node, "this is not a condition",
                 "Compare it with something, such as revenue > 1e6.");
    }
  }

  std::vector<Prepare> prepares;
  std::vector<std::string> warnings;
  bool changes_with_day = false;

 private:
  std::vector<StepPtr> conditions(const Node& node) {
    std::vector<StepPtr> steps;
    for (const Node& child : node.children) steps.push_back(condition(child));
    return steps;
  }

  Operand take(const Node& node) {
    Operand taken = operand(predicate_, node, subject_);
    if (taken.column) {
      changes_with_day |= taken.column->changes_with_day;
      if (taken.column->prepare) prepares.push_back(taken.column->prepare);
      if (!taken.column->warning.empty()) warnings.push_back(taken.column->warning);
    }
    return taken;
  }

  // What the sides of a comparison are compared as: numbers or days when one of them is.
  static ValueType common_type(std::span<const Operand> sides) {
    for (const ValueType type : {ValueType::number, ValueType::day, ValueType::truth})
      if (std::ranges::find(sides, type, &Operand::type) != sides.end()) return type;
    return ValueType::text;
  }

  // The nodes on the right of an operator that takes several.
  static std::span<const Node> listed(const Node& right) {
    return right.kind == Kind::list ? std::span<const Node>(right.children) : std::span(&right, 1);
  }

  StepPtr comparison(const Node& node) {
    const Node& left = node.children[0];
    const Node& right = node.children[1];
    if (is_text_operator(node.op)) return text_test(node, left, listed(right));
    if (node.op == Operator::in) return in(node, left, listed(right));
    const Operand sides[] = {take(left), take(right)};
    const ValueType type = common_type(sides);
    if (node.op == Operator::equal) {
      if (type == ValueType::text) return same_text(node, sides[0], sides[1]);
      if (type == ValueType::truth) return same_truth(node, sides[0], sides[1]);
    }
    if (type != ValueType::number && type != ValueType::day)
      throw_at(predicate_, node, "texts have no order",
               "Compare with a number or a day, which stand without quotes.");
    Numbers a = as_numbers(predicate_, sides[0], type), b = as_numbers(predicate_, sides[1], type);
    if (node.op == Operator::greater || node.op == Operator::greater_equal) std::swap(a, b);
    const Order order = node.op == Operator::equal ? Order::equal
                        : node.op == Operator::less || node.op == Operator::greater
                            ? Order::less
                            : Order::less_equal;
    return compare_step(std::move(a), order, std::move(b), node.negated);
  }

  TextMatch matcher(const Node& node, const std::vector<std::string>& sought) const {
    try {
      return TextMatch(node.op, sought);
    } catch (const BadPattern& bad) {
      throw_at(predicate_, node.children[1], fmt::format("this cannot be matched: {}", bad.what),
               "Regular expressions are written as for RE2: docs/predicates.md.");
    }
  }

  FillTexts texts_of(const Operand& side) const {
    if (side.type == ValueType::text && !side.is_literal())
      return std::get<FillTexts>(side.column->fill);
    throw_at(predicate_, *side.node,
             side.is_literal() ? "the name of a text is expected here"
                               : fmt::format("this is {}, not a text", with_article(side.type)),
             side.is_literal() ? "" : "Use =, <, > or between.");
  }

  StepPtr text_test(const Node& node, const Node& left, std::span<const Node> sought) {
    const FillTexts texts = texts_of(take(left));
    std::vector<std::string> words;
    for (const Node& each : sought) {
      if (each.kind != Kind::text)
        throw_at(predicate_, each, "a text is expected here", "Put it in double quotes.");
      if (each.text.empty())
        throw_at(predicate_, each, "there is nothing between these quotes",
                 "To ask for an empty value, write is missing.");
      words.push_back(each.text);
    }
    if (words.empty())
      throw_at(predicate_, node.children[1], "this list is empty", "Name something to look for.");
    return text_step(texts, matcher(node, words), node.negated);
  }

  StepPtr in(const Node& node, const Node& left, std::span<const Node> sought) {
    if (sought.empty())
      throw_at(predicate_, node.children[1], "this list is empty", "Name something to look for.");
    std::vector<Operand> sides{take(left)};
    for (const Node& each : sought) sides.push_back(take(each));
    const ValueType type = common_type(sides);
    for (const Operand& side : std::span(sides).subspan(1))
      if (!side.is_literal() || side.type == ValueType::truth)
        throw_at(predicate_, *side.node, "texts, numbers or days are expected in a list",
                 side.is_literal() ? "" : "A text goes in double quotes.");
    if (type == ValueType::text) {
      std::vector<std::string> words;
      for (const Node& each : sought) words.push_back(each.text);
      return text_step(texts_of(sides[0]), matcher(node, words), node.negated);
    }
    std::vector<double> values;
    for (const Operand& side : std::span(sides).subspan(1))
      values.push_back(std::get<double>(as_numbers(predicate_, side, type)));
    return number_in_step(as_numbers(predicate_, sides[0], type), std::move(values), node.negated);
  }

  StepPtr same_text(const Node& node, const Operand& left, const Operand& right) {
    if (left.is_literal() && right.is_literal())
      return constant_step(rolecall::same_text(left.node->text, right.node->text) != node.negated);
    if (!left.is_literal() && !right.is_literal())
      return same_text_step(texts_of(left), texts_of(right), node.negated);
    const Operand& column = left.is_literal() ? right : left;
    const Node& literal = left.is_literal() ? *left.node : *right.node;
    if (literal.text.empty())
      throw_at(predicate_, literal, "there is nothing between these quotes",
               "To ask for an empty value, write is missing.");
    return text_step(texts_of(column), matcher(node, {literal.text}), node.negated);
  }

  // unsubscribed = true, also where the column is a text.
  StepPtr same_truth(const Node& node, const Operand& left, const Operand& right) {
    const Operand& column = left.is_literal() ? right : left;
    const Operand& literal = left.is_literal() ? left : right;
    if (!literal.is_literal() || column.is_literal())
      throw_at(predicate_, node, "two conditions cannot be compared",
               "Combine them with and, or, not.");
    if (literal.type != ValueType::truth)
      throw_at(predicate_, *literal.node, "true or false is expected here", "");
    const bool sought = literal.node->number != 0;
    if (column.type == ValueType::truth)
      return truth_step(std::get<FillTruths>(column.column->fill), sought != node.negated);
    return text_step(texts_of(column), matcher(node, {sought ? "true" : "false"}), node.negated);
  }

  StepPtr between(const Node& value, const Node& low, const Node& high, bool negated) {
    const Operand sides[] = {take(value), take(low), take(high)};
    const ValueType type = common_type(sides);
    if (type != ValueType::number && type != ValueType::day)
      throw_at(predicate_, value, "texts have no order",
               "Compare with numbers or days, which stand without quotes.");
    return between_step(as_numbers(predicate_, sides[0], type),
                        as_numbers(predicate_, sides[1], type),
                        as_numbers(predicate_, sides[2], type), negated);
  }

  StepPtr is_missing(const Node& node) {
    const Operand value = take(node.children.front());
    if (value.is_literal() || value.type == ValueType::truth)
      throw_at(predicate_, *value.node, "this cannot be missing", "Ask it of a field.");
    if (value.type == ValueType::text)
      return missing_text_step(std::get<FillTexts>(value.column->fill), node.negated);
    return missing_number_step(std::get<FillNumbers>(value.column->fill), node.negated);
  }

  const Predicate& predicate_;
  const Subject& subject_;
};

}  // namespace

struct Filter::Impl {
  std::size_t rows;
  bool changes_with_day;
  std::vector<Prepare> prepares;
  std::vector<std::string> warnings;
  StepPtr step;
};

Filter::Filter(const Predicate& predicate, const Subject& subject) {
  Binder binder(predicate, subject);
  StepPtr step = binder.condition(predicate.root());
  impl_ =
      std::make_unique<Impl>(Impl{subject.rows, binder.changes_with_day, std::move(binder.prepares),
                                  std::move(binder.warnings), std::move(step)});
}

Filter::~Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;

bool Filter::changes_with_day() const { return impl_->changes_with_day; }

const std::vector<std::string>& Filter::warnings() const { return impl_->warnings; }

void Filter::prepare(Day as_of) {
  for (const Prepare& prepare : impl_->prepares) prepare(as_of);
}

std::vector<std::uint32_t> Filter::matching(Rows rows) const { return impl_->step->select(rows); }

std::vector<std::uint8_t> Filter::holds(Day as_of) {
  constexpr std::size_t grain = 4096;  // [row]; what the steps of a block keep stays in cache
  prepare(as_of);
  std::vector<std::uint8_t> holds(impl_->rows);
  parallel::for_blocks(holds.size(), grain, [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    for (const std::uint32_t row : matching(rows)) holds[row] = 1;
  });
  return holds;
}

Column column_of(const Predicate& predicate, const Subject& subject) {
  const Node& node = predicate.root();
  if (node.kind == Kind::name || node.kind == Kind::call) return resolve(predicate, node, subject);
  throw_at(predicate, node, "a name is expected here", "");
}

}  // namespace rolecall
