#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "core/timestamp.hpp"

// What a predicate may ask about the rows of one table: fields by name, and functions of arguments
// that give a field.
namespace rolecall {

using Rows = std::span<const std::uint32_t>;  // of a table
inline constexpr std::uint32_t no_row = 0xffffffff;

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
  Prepare prepare = {};      // may be empty
  std::string warning = {};  // such as an activity that never happened; empty: none
};

struct SubjectField {
  std::string name;
  Column column;
};

// `last 14 days`.
struct LastDays {
  std::int64_t days = 0;  // [day], the as-of day included; > 0
};

struct Everything {};  // the argument *

// What stands between the parentheses of a call. A predicate may be a name alone.
using Argument = std::variant<std::string, double, Day, std::vector<std::string>, LastDays,
                              Everything, Predicate>;

// An argument that cannot be used; the caller knows where in the text it stands.
struct BadArgument {
  std::size_t index = 0;  // of the argument; beyond the last: of the call as a whole
  std::string what, remedy = {};
};

struct SubjectFunction {
  std::string name;   // "count"
  std::string usage;  // count("Open Email", last 14 days)
  // Gives the column of a call; throws BadArgument, or InputError for a predicate among them.
  std::function<Column(std::span<const Argument>)> bind;
};

struct Subject;

// Another table that each row has at most one row of: the account of a person.
struct SubjectOwner {
  std::string name;  // "account"
  std::shared_ptr<const Subject> subject;
  std::function<std::uint32_t(std::uint32_t row)> row_of;  // or no_row
};

struct Subject {
  std::string what;  // "account": how messages call a row
  std::size_t rows = 0;
  std::vector<SubjectField> fields;
  std::vector<SubjectFunction> functions;
  std::vector<SubjectOwner> owners;  // what is not found above is looked up here
};

}  // namespace rolecall
