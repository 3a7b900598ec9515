#include "generators/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

namespace rolecall {
namespace {

struct ColumnSink : RowSink {
  std::vector<TextColumn> columns;
  std::vector<std::size_t> rows;
  void row(std::size_t row, std::span<const std::string_view> fields, ProblemList&) override {
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].push_back(fields[c]);
    rows.push_back(row);
  }
};

// Columns that are numbers wherever they stand; every other attribute is text.
bool is_numeric(std::string_view column) { return column == "revenue" || column == "employees"; }

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

}  // namespace

CsvTable::CsvTable(const RowSource& file, ImportContext& context)
    : context_(context), file_(file.name()), names_(file.columns()), columns_(names_.size()) {
  for (const std::string& name : names_) names_in_file_.push_back(file.name_in_file(name));
  std::vector<ColumnSink> sinks(file.parts());
  for (ColumnSink& sink : sinks) sink.columns.resize(names_.size());
  const auto first_rows = file.read([&](std::size_t part) -> RowSink& { return sinks[part]; },
                                    context.problems, context.progress);
  for (std::size_t part = 0; part < sinks.size(); ++part) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      for (std::size_t i = 0; i < sinks[part].rows.size(); ++i)
        columns_[c].push_back(sinks[part].columns[c][i]);
      sinks[part].columns[c] = {};
    }
    for (const std::size_t row : sinks[part].rows) row_numbers_.push_back(first_rows[part] + row);
  }
  rejected_.assign(size(), 0);
}

const TextColumn* CsvTable::find_column(std::string_view column) const {
  const auto it = std::ranges::find(names_, column);
  return it == names_.end() ? nullptr : &columns_[static_cast<std::size_t>(it - names_.begin())];
}

std::string_view CsvTable::text(std::size_t row, std::string_view column) const {
  const TextColumn* values = find_column(column);
  return values == nullptr ? std::string_view{} : (*values)[row];
}

std::vector<std::string_view> CsvTable::row_text(std::size_t row) const {
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t c) { return std::string_view(names_[c]); });
  std::vector<std::string_view> texts;
  for (const std::size_t c : order) texts.push_back(columns_[c][row]);
  return texts;
}

std::string CsvTable::name_in_file(std::string_view column) const {
  const auto it = std::ranges::find(names_, column);
  return it == names_.end() ? std::string(column)
                            : names_in_file_[static_cast<std::size_t>(it - names_.begin())];
}

Problem CsvTable::problem(std::size_t row, std::string_view column, std::string what,
                          std::string remedy) const {
  return {.file = file_,
          .row = row_numbers_[row],
          .field = name_in_file(column),
          .value = std::string(text(row, column)),
          .what = std::move(what),
          .remedy = std::move(remedy)};
}

void CsvTable::reject(std::size_t row, std::string_view column, std::string what,
                      std::string remedy) {
  rejected_[row] = 1;
  context_.problems.add(problem(row, column, std::move(what), std::move(remedy)));
}

void CsvTable::object(std::size_t row, std::string_view column, std::string what,
                      std::string remedy) {
  if (context_.on_error == OnError::skip)
    context_.notes.push_back(problem(row, column, std::move(what), ""));
  else
    reject(row, column, std::move(what),
           std::move(remedy) + " With --on-error skip the row stays and is listed.");
}

void CsvTable::reject_follower(std::size_t row, std::string_view column) {
  if (context_.on_error == OnError::skip)
    reject(row, column, refers_to_rejected.what, refers_to_rejected.remedy);
  rejected_[row] = 1;
}

void CsvTable::require(std::size_t row, std::string_view column) {
  if (text(row, column).empty())
    reject(row, column, fmt::format("the row has no {}", name_in_file(column)), "Give it one.");
}

double CsvTable::number(std::size_t row, std::string_view column) {
  const std::string_view cell = text(row, column);
  const std::optional<double> value = parse_number(cell);
  if (!value && !cell.empty())
    reject(row, column, "this is not a number",
           "Write it as 1250000 or 12.5, without unit or thousands separator, or leave it empty.");
  return value.value_or(std::nan(""));
}

Timestamp CsvTable::time(std::size_t row, std::string_view column) {
  const std::string_view cell = text(row, column);
  if (cell.empty()) return {};
  const auto time = parse_timestamp(cell);
  if (!time) reject(row, column, not_a_time.what, not_a_time.remedy);
  return time.value_or(Timestamp{});
}

std::uint32_t CsvTable::reference(std::size_t row, std::string_view column, const KeyIndex& keys) {
  const std::string_view cell = text(row, column);
  if (cell.empty()) return KeyIndex::unknown;
  const std::uint32_t found = keys.find(cell);
  if (found == KeyIndex::unknown)
    reject(row, column,
           keys.file().empty() ? std::string("the world has no such id")
                               : fmt::format("there is no such id in {}", keys.file()),
           keys.file().empty() ? std::string("Correct it, or leave the row out.")
                               : fmt::format("Add it to {}, or correct it here.", keys.file()));
  if (found != KeyIndex::rejected) return found;
  reject_follower(row, column);
  return KeyIndex::unknown;
}

std::vector<std::size_t> CsvTable::order_by_key(std::string_view column) {
  const TextColumn& keys = *find_column(column);
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair(keys[a], a) < std::pair(keys[b], b);
  });
  std::vector<std::size_t> repeated;
  std::size_t last = size();  // the latest row with a key of its own
  std::erase_if(order, [&](std::size_t row) {
    if (last < size() && keys[row] == keys[last]) {
      repeated.push_back(row);
      return true;
    }
    last = row;
    return false;
  });
  // `order` now has the first row of each key; report the others in the order of the file.
  std::ranges::sort(repeated);
  for (const std::size_t row : repeated) {
    if (keys[row].empty()) continue;
    const auto first =
        std::ranges::lower_bound(order, keys[row], {}, [&](std::size_t r) { return keys[r]; });
    reject(row, column,
           fmt::format("row {} has the same {}", row_numbers_[*first], name_in_file(column)),
           "Keep one of the two, or give one another id.");
  }
  for (std::size_t row = 0; row < size(); ++row) require(row, column);
  if (!order.empty() && keys[order.front()].empty()) order.erase(order.begin());
  return order;
}

void CsvTable::check_numbers() {
  for (const std::string& name : names_)
    if (is_numeric(name))
      for (std::size_t row = 0; row < size(); ++row) number(row, name);
}

Attributes CsvTable::attributes(const std::vector<std::size_t>& rows,
                                const std::vector<std::string>& keys) {
  Attributes result;
  for (std::size_t c = 0; c < names_.size(); ++c) {
    if (std::ranges::find(keys, names_[c]) != keys.end()) continue;
    const auto cell = [&](std::size_t row) {
      return row == no_row ? std::string_view{} : columns_[c][row];
    };
    if (is_numeric(names_[c])) {
      std::vector<double> values;
      for (const std::size_t row : rows)
        values.push_back(parse_number(cell(row)).value_or(std::nan("")));
      result.push_back({names_[c], std::move(values)});
    } else {
      TextColumn values;
      for (const std::size_t row : rows) values.push_back(cell(row));
      result.push_back({names_[c], std::move(values)});
    }
  }
  std::ranges::sort(result, {}, &Attribute::name);
  return result;
}

}  // namespace rolecall
