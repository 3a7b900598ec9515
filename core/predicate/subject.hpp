#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/timestamp.hpp"

// What a predicate may ask about the rows of one table: fields by name, and functions of arguments
// that give a field.
namespace rolecall {

class Predicate;

using Rows = std::span<const std::uint32_t>;  // of a table, ascending

// Called before rows are asked for a day, by one thread; may work in parallel.
using Prepare = std::function<void(Day as_of)>;

// Each fills out[i] with the value of rows[i] as of the day it was last prepared for. Called by
// many threads at once. Texts must live until the next preparation.
using FillTexts =
    std::function<void(Rows rows, std::span<std::string_view> out)>;             // empty: missing
using FillNumbers = std::function<void(Rows rows, std::span<double> out)>;       // NaN: missing
using FillTruths = std::function<void(Rows rows, std::span<std::uint8_t> out)>;  // 0 or 1

// Days are numbers too, counted from 1970-01-01, but cannot be compared with numbers.
enum class ValueType : std::uint8_t { text, number, day, truth };

// The values of a table's rows under one name, or of one call of a function.
struct Column {
  ValueType type = ValueType::truth;
  std::variant<FillTexts, FillNumbers, FillTruths> fill = {};
  bool changes_with_day = false;
  Prepare prepare = {};  // may be empty
};

struct SubjectField {
  std::string name;  // "revenue", or "account.revenue" of a person
  Column column;
};

struct Subject;

// `last 14 days`.
struct LastDays {
  std::int64_t days = 0;  // [day], the as-of day included; > 0
};

struct Everything {};  // the argument *

// What stands between the parentheses of a call. Predicates are about the same table, unless the
// function says otherwise.
using Argument = std::variant<std::string, double, Day, std::vector<std::string>, LastDays,
                              Everything, const Predicate*>;

// An argument that cannot be used, before it is known where in the text it stands.
struct BadArgument {
  std::size_t index = 0;  // of the argument
  std::string what, remedy;
};

struct SubjectFunction {
  std::string name;   // "count"
  std::string usage;  // count("Open Email", last 14 days)
  std::string meaning;
  // Gives the column of a call; throws BadArgument, or InputError of a nested predicate.
  std::function<Column(std::span<const Argument>)> bind;
};

struct Subject {
  std::string what;  // "account", as messages call a row
  std::size_t rows = 0;
  std::vector<SubjectField> fields;
  std::vector<SubjectFunction> functions;
};

}  // namespace rolecall
