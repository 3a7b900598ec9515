#include "experiments/program/table_output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "generators/csv_export.hpp"

namespace rolecall::program {
namespace {

void append_csv_cell(std::string& record, const TableColumn& column, std::size_t row,
                     std::string_view undefined) {
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, TextColumn>) {
          append_csv_field(record, values[row]);
        } else {
          if constexpr (std::is_same_v<Values, std::vector<double>>)
            if (std::isnan(values[row])) {
              record += undefined;
              return;
            }
          fmt::format_to(std::back_inserter(record), "{}", values[row]);
        }
      },
      column.values);
}

std::string text_cell(const TableColumn& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return std::isnan((*numbers)[row]) ? "-" : fmt::format("{:.2f}", (*numbers)[row]);
  if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&column.values))
    return fmt::format("{}", (*numbers)[row]);
  return printable(std::get<TextColumn>(column.values)[row]);
}

nlohmann::ordered_json json_cell(const TableColumn& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return (*numbers)[row];  // NaN becomes null
  if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&column.values))
    return (*numbers)[row];
  return std::string(std::get<TextColumn>(column.values)[row]);
}

// Characters of a UTF-8 text, near enough to the columns it takes.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

constexpr std::size_t gap = 2;  // between columns

// What a table shows, its header first, and how wide each column is.
struct TextCells {
  std::vector<std::vector<std::string>> cells;  // columns × rows
  std::vector<std::size_t> widths;
};

TextCells text_cells(const Columns& columns) {
  TextCells text;
  for (const TableColumn& column : columns) {
    std::vector<std::string> cells{column.name};
    for (std::size_t row = 0; row < column.size(); ++row) cells.push_back(text_cell(column, row));
    std::size_t widest = 0;
    for (const std::string& cell : cells) widest = std::max(widest, characters(cell));
    text.cells.push_back(std::move(cells));
    text.widths.push_back(widest);
  }
  return text;
}

std::size_t total_width(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

std::string cut(std::string_view text, std::size_t width) {
  if (characters(text) <= width) return std::string(text);
  std::string result;
  std::size_t taken = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80 && ++taken >= width) break;
    result += c;
  }
  return result + "…";
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t n = characters(text);
  const std::string blanks(width > n ? width - n : 0, ' ');
  return right ? blanks + text : text + blanks;
}

template <class T>
std::vector<T> picked(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> result;
  for (const std::size_t row : order) result.push_back(values[row]);
  return result;
}

TextColumn picked(const TextColumn& values, const std::vector<std::size_t>& order) {
  TextColumn result;
  for (const std::size_t row : order) result.push_back(values[row]);
  return result;
}

}  // namespace

void pick(Columns& columns, const std::vector<std::size_t>& rows) {
  for (TableColumn& column : columns)
    std::visit([&](auto& values) { values = picked(values, rows); }, column.values);
}

std::size_t row_count(const Columns& columns) {
  return columns.empty() ? 0 : columns.front().size();
}

void sort_rows(Columns& columns, const std::string& field) {
  const bool descending = field.starts_with('-');
  std::string name = field.substr(descending ? 1 : 0);
  // What is displayed is a text; the number behind it has the order.
  if (constexpr std::string_view shown = "_display"; name.ends_with(shown))
    name.resize(name.size() - shown.size());
  const auto column = std::ranges::find(columns, name, &TableColumn::name);
  if (column == columns.end()) {
    std::vector<std::string> names;
    for (const TableColumn& c : columns) names.push_back(c.name);
    throw InputError({.field = "--sort",
                      .value = field,
                      .what = "there is no such column",
                      .remedy = suggest(name, names)});
  }
  std::vector<std::size_t> order(row_count(columns));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::visit(
      [&](const auto& values) {
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>)
            if (std::isnan(values[a]) || std::isnan(values[b]))
              return !std::isnan(values[a]) && std::isnan(values[b]);
          return descending ? values[b] < values[a] : values[a] < values[b];
        });
      },
      column->values);
  pick(columns, order);
}

void truncate(Columns& columns, std::size_t rows) {
  std::vector<std::size_t> order(std::min(rows, row_count(columns)));
  std::iota(order.begin(), order.end(), std::size_t{0});
  pick(columns, order);
}

std::string to_csv(const Columns& columns, std::string_view undefined) {
  const Phase phase("format");
  std::string text;
  for (const TableColumn& column : columns) {
    if (!text.empty()) text += ',';
    append_csv_field(text, column.name);
  }
  text += '\n';
  for (std::size_t row = 0; row < row_count(columns); ++row) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) text += ',';
      append_csv_cell(text, columns[c], row, undefined);
    }
    text += '\n';
  }
  return text;
}

std::string to_json(const Columns& columns) {
  const Phase phase("format");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (std::size_t row = 0; row < row_count(columns); ++row) {
    nlohmann::ordered_json object;
    for (const TableColumn& column : columns) object[column.name] = json_cell(column, row);
    rows.push_back(std::move(object));
  }
  return rows.dump(2) + '\n';
}

std::size_t natural_width(const Columns& columns) {
  return total_width(text_cells(columns).widths);
}

std::string to_text(const Columns& columns, std::size_t width) {
  const std::size_t rows = row_count(columns);
  auto [cells, widths] = text_cells(columns);
  const auto is_text = [&](std::size_t c) {
    return std::holds_alternative<TextColumn>(columns[c].values);
  };
  // Too wide: shorten the widest text, down to 12 characters, until the row fits.
  constexpr std::size_t narrowest = 12;
  while (total_width(widths) > width) {
    std::size_t widest = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (is_text(c) && widths[c] > narrowest &&
          (widest == columns.size() || widths[c] > widths[widest]))
        widest = c;
    if (widest == columns.size()) break;
    --widths[widest];
  }
  std::string text;
  for (std::size_t row = 0; row <= rows; ++row) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) line += std::string(gap, ' ');
      line += padded(cut(cells[c][row], widths[c]), widths[c], !is_text(c));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string more_rows(std::size_t shown, std::size_t all) {
  if (shown >= all) return {};
  return fmt::format("… {} more of {}; --top N shows more, --format csv all\n",
                     grouped(all - shown), grouped(all));
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

void print(std::string_view text) {
  const Phase phase("print");
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw SystemError::from_errno("write to", "standard output", errno);
}

void print(const Columns& columns, const std::string& format) {
  if (format == "csv")
    print(to_csv(columns));
  else if (format == "json")
    print(to_json(columns));
  else
    print(to_text(columns, terminal_width()));
}

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

}  // namespace rolecall::program
