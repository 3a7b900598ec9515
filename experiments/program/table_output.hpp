#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "results/table_file.hpp"

// Tables of results as people and machines read them.
namespace rolecall::program {

using Columns = std::vector<TableColumn>;

std::size_t row_count(const Columns& columns);

// Orders the rows by a column, "-name" from high to low; equal rows stay as they are, missing
// numbers come last. Throws InputError when there is no such column.
void sort_rows(Columns& columns, const std::string& field);

// Keeps the rows listed, in their order.
void pick(Columns& columns, const std::vector<std::size_t>& rows);

// Keeps the first `rows`.
void truncate(Columns& columns, std::size_t rows);

// RFC 4180 with a header; doubles in shortest round-trip form, `undefined` in place of every NaN.
std::string to_csv(const Columns& columns, std::string_view undefined = "nan");

// An array of one object per row; null where a number is undefined.
std::string to_json(const Columns& columns);

// Aligned for a terminal: numbers to the right, texts cut so that a row fits `width` columns.
std::string to_text(const Columns& columns, std::size_t width);

// Columns of a terminal that to_text would take if it had as many as it likes.
std::size_t natural_width(const Columns& columns);

std::size_t terminal_width();

// What people are shown of a long table unless they ask for more.
inline constexpr std::size_t rows_on_a_terminal = 20;

// The line below a table that shows some of all its rows; empty when it shows every one.
std::string more_rows(std::size_t shown, std::size_t all);

// Writes to standard output. Throws SystemError when that fails.
void print(std::string_view text);

// Prints a table in the format asked for: "table", "csv" or "json".
void print(const Columns& columns, const std::string& format);

// 7448 → "7,448"
std::string grouped(std::uint64_t number);

}  // namespace rolecall::program
