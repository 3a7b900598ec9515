#include "experiments/program/deals_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace rolecall::program {
namespace {

template <class T>
const T& values_of(const Columns& columns, std::string_view name) {
  return std::get<T>(std::ranges::find(columns, name, &TableColumn::name)->values);
}

std::string four_digits(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.4f}", value);
}

}  // namespace

Columns evaluation_for_people(const Columns& evaluation) {
  constexpr std::array shown = {"auc",   "pr_auc",   "lift_at_10",
                                "brier", "log_loss", "calibration_error"};
  const auto& score = values_of<TextColumn>(evaluation, "score");
  const auto& metric = values_of<TextColumn>(evaluation, "metric");
  const auto& value = values_of<std::vector<double>>(evaluation, "value");
  const auto& low = values_of<std::vector<double>>(evaluation, "low");
  const auto& high = values_of<std::vector<double>>(evaluation, "high");
  TextColumn scores, interval;
  std::array<TextColumn, shown.size()> cells;
  for (std::size_t row = 0; row < score.size(); ++row) {
    const auto place = std::ranges::find(shown, metric[row]);
    if (place == shown.begin()) {
      scores.push_back(score[row]);
      interval.push_back(four_digits(low[row]) + " … " + four_digits(high[row]));
    }
    if (place != shown.end())
      cells[static_cast<std::size_t>(place - shown.begin())].push_back(four_digits(value[row]));
  }
  Columns columns{{"score", std::move(scores)}};
  for (std::size_t i = 0; i < shown.size(); ++i) {
    columns.push_back({shown[i], std::move(cells[i])});
    if (i == 0) columns.push_back({"interval", std::move(interval)});
  }
  return columns;
}

}  // namespace rolecall::program
