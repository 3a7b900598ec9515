#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "experiments/deals/deal_evaluation.hpp"
#include "experiments/held_out.hpp"
#include "experiments/logistic_regression.hpp"

namespace rolecall {
namespace {

constexpr std::size_t most_values = 50;  // of a text column; more are ids rather than kinds

using Matrix = std::vector<std::vector<double>>;  // columns

void add_texts(Matrix& columns, const std::vector<std::string_view>& texts) {
  std::map<std::string_view, std::size_t> counts;
  for (const std::string_view text : texts) ++counts[text];
  if (counts.size() < 2 || counts.size() > most_values) return;
  for (const auto& [value, count] : counts) {
    if (count < 2) continue;
    std::vector<double> column;
    for (const std::string_view text : texts) column.push_back(text == value);
    columns.push_back(std::move(column));
  }
}

void add_numbers(Matrix& columns, std::vector<double> numbers) {
  double sum = 0;
  std::size_t known = 0;
  for (const double v : numbers)
    if (!std::isnan(v)) sum += v, ++known;
  if (known == 0) return;
  for (double& v : numbers)
    if (std::isnan(v)) v = sum / static_cast<double>(known);
  columns.push_back(std::move(numbers));
}

Matrix features(const World& world, const std::vector<std::uint32_t>& deals) {
  Matrix columns;
  const auto texts = [&](auto of) {
    std::vector<std::string_view> values;
    for (const std::uint32_t deal : deals) values.push_back(of(deal));
    add_texts(columns, values);
  };
  const auto numbers = [&](auto of) {
    std::vector<double> values;
    for (const std::uint32_t deal : deals) values.push_back(of(deal));
    add_numbers(columns, std::move(values));
  };
  for (const Attribute& attribute : world.deals.attributes) {
    if (const auto* names = std::get_if<TextColumn>(&attribute.values))
      texts([&](std::uint32_t deal) { return (*names)[deal]; });
    else
      numbers([&](std::uint32_t deal) {
        return std::get<std::vector<double>>(attribute.values)[deal];
      });
  }
  texts([&](std::uint32_t deal) {
    const SolutionId solution = world.deals.solutions[deal];
    return solution ? world.solutions[solution.index()] : std::string_view{};
  });
  return columns;
}

}  // namespace

std::vector<double> learned_scores(const World& world, const std::vector<std::uint32_t>& deals,
                                   const std::vector<std::uint8_t>& won,
                                   const std::vector<std::uint32_t>& tree, std::size_t folds) {
  const Matrix columns = features(world, deals);
  const ResamplingUnits units = units_of(tree);
  const std::size_t used = std::min(folds, units.count);
  const std::vector<std::uint32_t> fold_of = assign_folds(units.of_group, units.count, used);
  std::vector<double> odds(deals.size(), 0);
  for (std::size_t fold = 0; fold < used; ++fold) {
    const auto held_out = [&](std::size_t row) { return fold_of[units.of_group[row]] == fold; };
    Matrix kept(columns.size());
    std::vector<std::uint8_t> outcome;
    std::vector<std::uint32_t> cluster;
    for (std::size_t row = 0; row < deals.size(); ++row) {
      if (held_out(row)) continue;
      for (std::size_t c = 0; c < columns.size(); ++c) kept[c].push_back(columns[c][row]);
      outcome.push_back(won[row]);
      cluster.push_back(units.of_group[row]);
    }
    const std::vector<std::span<const double>> spans(kept.begin(), kept.end());
    const LogisticFit fit = fit_logistic(spans, outcome, cluster, {.ridge = 1});
    for (std::size_t row = 0; row < deals.size(); ++row) {
      if (!held_out(row)) continue;
      odds[row] = fit.intercept;
      for (std::size_t c = 0; c < columns.size(); ++c)
        odds[row] += fit.coefficient[c] * columns[c][row];
    }
  }
  return odds;
}

}  // namespace rolecall
