#pragma once

#include <optional>

#include "core/predicate/steps.hpp"
#include "core/predicate/subject.hpp"
#include "core/predicate/syntax.hpp"

namespace rolecall {

// One side of a comparison: a literal, or a column.
struct Operand {
  const syntax::Node* node = nullptr;
  ValueType type{};
  std::optional<Column> column = {};  // none: a literal

  bool is_literal() const { return !column.has_value(); }
};

Operand operand(const Predicate& predicate, const syntax::Node& node, const Subject& subject);

// The values as numbers or days. Texts of a column are read as such; what does not read is missing.
// Throws InputError for texts in quotes, and for what is neither.
Numbers as_numbers(const Predicate& predicate, const Operand& operand, ValueType type);

// "a number".
std::string_view with_article(ValueType type);

}  // namespace rolecall
