#include "experiments/program/simulation_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "experiments/program/table_output.hpp"
#include "experiments/short_number.hpp"

namespace rolecall::program {
namespace {

struct Shown {
  const char* kpi;
  const char* heading;
};
constexpr std::array main_figures{
    Shown{"hand_offs", "hand-offs"},   Shown{"won", "won"},
    Shown{"sales_hours", "hours"},     Shown{"won_revenue_per_sales_hour", "revenue/hour"},
    Shown{"profit", "profit"},         Shown{"regret", "regret"},
    Shown{"engagement", "engagement"}, Shown{"auc_intent", "AUC"}};
constexpr std::size_t most_figures = 6;  // side by side

// "1.23M ± 210k", with a star where the interval of a difference does not hold 0.
std::string cell(double value, double high, bool is_difference) {
  if (std::isnan(value)) return "-";
  std::string text = short_number(value, is_difference);
  if (std::isnan(high)) return text;
  text += " ± " + short_number(high - value);
  return is_difference && std::abs(value) > high - value ? text + " *" : text;
}

// The main figures that any arm has, and in which arms differ where there are several.
std::vector<Shown> telling_figures(const StudyTable& arms) {
  const auto& names = std::get<TextColumn>(arms.column("arm")->values);
  const auto& kpis = std::get<TextColumn>(arms.column("kpi")->values);
  const auto& values = std::get<std::vector<double>>(arms.column("mean")->values);
  const bool several = names[0] != names[arms.rows() - 1];
  std::vector<Shown> figures;
  for (const Shown& figure : main_figures) {
    std::vector<double> known;
    for (std::size_t row = 0; row < arms.rows(); ++row)
      if (kpis[row] == figure.kpi && !std::isnan(values[row])) known.push_back(values[row]);
    const bool differ =
        std::ranges::any_of(known, [&](double value) { return value != known.front(); });
    if (!known.empty() && (differ || !several) && figures.size() < most_figures)
      figures.push_back(figure);
  }
  return figures;
}

// A row for each arm of the table, a column for each of the figures.
Columns by_arm(const StudyTable& table, const std::string& figure,
               const std::vector<Shown>& figures) {
  const auto& arms = std::get<TextColumn>(table.column("arm")->values);
  const auto& kpis = std::get<TextColumn>(table.column("kpi")->values);
  const auto& values = std::get<std::vector<double>>(table.column(figure)->values);
  const auto& highs = std::get<std::vector<double>>(table.column(figure + "_high")->values);
  TextColumn names;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (row == 0 || arms[row] != arms[row - 1]) names.push_back(arms[row]);
  Columns columns{{"arm", std::move(names)}};
  for (const auto& [kpi, heading] : figures) {
    TextColumn cells;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (kpis[row] != kpi) continue;
      cells.push_back(cell(values[row], highs[row], figure == "difference"));
    }
    columns.push_back({heading, std::move(cells)});
  }
  return columns;
}

}  // namespace

std::string simulation_text(const StudyRecord& study, std::size_t width) {
  const double confidence = std::get<double>(*study.summary_value("confidence"));
  std::string text = std::get<std::string>(*study.summary_value("finding")) + '\n';
  const auto replicates = std::get<std::int64_t>(*study.summary_value("replicates"));
  text += replicates == 1 ? "\nOne replicate\n"
                          : fmt::format("\nMeans over {} replicates, ± at {:g} %\n", replicates,
                                        100 * confidence);
  const std::vector<Shown> figures = telling_figures(*study.table("arms"));
  text += to_text(by_arm(*study.table("arms"), "mean", figures), width);
  const StudyTable& differences = *study.table("differences");
  if (differences.rows() == 0) return text;
  return text + fmt::format("\nLess {}, seed by seed; *: away from 0\n{}",
                            std::get<TextColumn>(study.table("arms")->column("arm")->values)[0],
                            to_text(by_arm(differences, "difference", figures), width));
}

std::string simulation_json(const StudyRecord& study) {
  nlohmann::ordered_json out;
  for (const auto& [name, value] : study.summary)
    std::visit([&, &key = name](const auto& v) { out[key] = v; }, value);
  for (const char* table : {"arms", "differences"})
    out["tables"][table] = nlohmann::ordered_json::parse(to_json(study.table(table)->columns));
  return out.dump(2) + '\n';
}

}  // namespace rolecall::program
