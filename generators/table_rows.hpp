#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "core/text_column.hpp"
#include "core/world.hpp"
#include "generators/csv_table.hpp"

// Private to the readers of tables: from rows of a file, in whatever order, to rows of a world.
namespace rolecall {

// Gives the rows that stand their places in the world; ids of rejected rows stay in the index as
// such. Keys view the table, which must outlive the index.
inline KeyIndex place(const CsvTable& table, std::string_view column,
                      std::vector<std::size_t>& order) {
  const TextColumn& ids = *table.find_column(column);
  KeyIndex keys(table.file());
  keys.reserve(order.size());
  for (const std::size_t row : order) keys.insert(ids[row], KeyIndex::rejected);
  std::erase_if(order, [&](std::size_t row) { return table.is_rejected(row); });
  for (std::size_t i = 0; i < order.size(); ++i)
    keys.insert(ids[order[i]], static_cast<std::uint32_t>(i));
  return keys;
}

inline TextColumn gather(const CsvTable& table, std::string_view column,
                         const std::vector<std::size_t>& rows) {
  TextColumn values;
  for (const std::size_t row : rows) values.push_back(table.text(row, column));
  return values;
}

template <class T>
std::vector<T> gather(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
  std::vector<T> gathered;
  gathered.reserve(rows.size());
  for (const std::size_t row : rows) gathered.push_back(values[row]);
  return gathered;
}

template <class Id>
Id to_id(std::uint32_t row) {
  return row == KeyIndex::unknown ? Id{} : Id{row};
}

// The distinct texts of a column in bytewise order, and the place of each.
struct Dictionary {
  TextColumn names;
  KeyIndex keys;  // views the table
};

enum class EmptyText : std::uint8_t { is_a_name, is_none };

inline Dictionary distinct(const CsvTable& table, std::string_view column,
                           const std::vector<std::size_t>& rows,
                           EmptyText empty = EmptyText::is_a_name) {
  std::set<std::string_view> texts;
  for (const std::size_t row : rows) texts.insert(table.text(row, column));
  if (empty == EmptyText::is_none) texts.erase("");
  Dictionary dictionary;
  for (const std::string_view text : texts) {
    dictionary.keys.insert(text, static_cast<std::uint32_t>(dictionary.names.size()));
    dictionary.names.push_back(text);
  }
  return dictionary;
}

// Throws InputError when ids of the type cannot number so many names; `field` is their column.
template <class Id>
void require_capacity(std::size_t names, const std::string& file, const std::string& field) {
  if (names <= Id::capacity) return;
  throw InputError({.file = file,
                    .field = field,
                    .what = "there are " + std::to_string(names) + " distinct ones; at most " +
                            std::to_string(Id::capacity) + " can be kept",
                    .remedy = "Is this the right column?"});
}

// Two ascending columns of names as one; ids into either become ids into it. `file` and `field`
// are named when there are too many.
template <class Id>
TextColumn unite(const TextColumn& a, std::vector<Id>& in_a, const TextColumn& b,
                 std::vector<Id>& in_b, const std::string& file, const std::string& field) {
  TextColumn names;
  std::vector<std::size_t> of_a, of_b;  // the places of their names in the union
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const bool from_a = j == b.size() || (i < a.size() && a[i] <= b[j]);
    const bool from_b = i == a.size() || (j < b.size() && b[j] <= a[i]);
    const std::size_t place = names.size();
    names.push_back(from_a ? a[i] : b[j]);
    if (from_a) of_a.push_back(place), ++i;
    if (from_b) of_b.push_back(place), ++j;
  }
  require_capacity<Id>(names.size(), file, field);
  for (Id& id : in_a)
    if (id) id = Id{of_a[id.index()]};
  for (Id& id : in_b)
    if (id) id = Id{of_b[id.index()]};
  return names;
}

// "won", "lost" or "open"; none, and the row rejected, for anything else. An empty cell is none.
inline Outcome read_outcome(CsvTable& table, std::size_t row, std::string_view column) {
  const std::string_view text = table.text(row, column);
  for (const Outcome outcome : {Outcome::none, Outcome::open, Outcome::won, Outcome::lost})
    if (text == to_string(outcome)) return outcome;
  table.reject(row, column, "this is not an outcome", "Write won, lost or open.");
  return Outcome::none;
}

}  // namespace rolecall
