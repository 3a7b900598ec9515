#include "experiments/program/series_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <vector>

#include "experiments/program/table_output.hpp"

namespace rolecall::program {
namespace {

constexpr std::size_t narrowest_course = 12, widest_course = 60;

// Rows by the last day's engagement, from high to low, the first `top` of them.
std::vector<std::size_t> top_rows(const SeriesTable& series, std::size_t top) {
  std::vector<std::size_t> rows(series.ids.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(std::min(top, rows.size()));
  std::partial_sort(rows.begin(), middle, rows.end(), [&](std::size_t a, std::size_t b) {
    const double at_a = series.at(a, series.days - 1), at_b = series.at(b, series.days - 1);
    return at_a != at_b ? at_a > at_b : a < b;
  });
  rows.erase(middle, rows.end());
  return rows;
}

}  // namespace

std::string sparkline(std::span<const double> values, std::size_t width) {
  static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.empty()) return {};
  const double low = std::min(0.0, *std::ranges::min_element(values));
  const double high = *std::ranges::max_element(values);
  const std::size_t n = std::min(width, values.size());
  std::string line;
  for (std::size_t i = 0; i < n; ++i) {
    const auto days =
        values.subspan(i * values.size() / n, (i + 1) * values.size() / n - i * values.size() / n);
    const double share = high > low ? (*std::ranges::max_element(days) - low) / (high - low) : 0.0;
    line += blocks[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
  }
  return line;
}

std::string to_text(const SeriesTable& series, std::size_t top, std::size_t width) {
  TextColumn ids, days, courses;
  std::vector<double> first, last, change, highest;
  const std::vector<std::size_t> rows = top_rows(series, top);
  const auto values = [&](std::size_t row) {
    return std::span(series.engagement).subspan(row * series.days, series.days);
  };
  for (const std::size_t row : rows) {
    const auto v = values(row);
    const auto peak = std::ranges::max_element(v);
    ids.push_back(series.ids[row]);
    first.push_back(v.front());
    last.push_back(v.back());
    change.push_back(v.back() - v.front());
    highest.push_back(*peak);
    days.push_back(to_string(series.day(static_cast<std::size_t>(peak - v.begin()))));
  }
  Columns columns{{series.id_name(), std::move(ids)}, {"first", std::move(first)},
                  {"last", std::move(last)},          {"change", std::move(change)},
                  {"highest", std::move(highest)},    {"on", std::move(days)}};
  const std::size_t taken = natural_width(columns) + 2;
  const std::size_t room =
      std::clamp(width > taken ? width - taken : 0, narrowest_course, widest_course);
  for (const std::size_t row : rows) courses.push_back(sparkline(values(row), room));
  columns.push_back({"course", std::move(courses)});
  return to_text(columns, width) + more_rows(rows.size(), series.ids.size());
}

}  // namespace rolecall::program
