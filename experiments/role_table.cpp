#include "experiments/role_table.hpp"

#include <algorithm>
#include <cmath>

#include "core/exact.hpp"

namespace rolecall {
namespace {

// Below 2^31.
std::optional<std::vector<std::uint32_t>> whole_sums(const std::vector<double>& sums) {
  if (std::ranges::any_of(sums, [](double v) { return v < 0; })) return std::nullopt;
  const double most = std::ranges::max(sums);
  std::vector<std::uint32_t> whole;
  if (const auto decimals = exact_decimals(sums);
      decimals && std::ranges::max(decimals->units) <= INT32_MAX) {
    whole.assign(decimals->units.begin(), decimals->units.end());
    return whole;
  }
  const int shift = 29 - std::ilogb(most);
  for (const double v : sums)
    whole.push_back(static_cast<std::uint32_t>(std::llround(std::ldexp(v, shift))));
  return whole;
}

}  // namespace

std::vector<double> RoleTable::score(const RoleWeights& weights) const {
  std::vector<double> scores(groups, 0);
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t c = 0; c < roles; ++c) scores[g] += weights[c] * sum[g * roles + c];
  return scores;
}

RoleTable table_of(const ScoresByRole& scores, const std::vector<std::size_t>& rows) {
  RoleTable table{.groups = rows.size(), .roles = scores.roles.cards, .sum = {}};
  for (const std::size_t row : rows)
    table.sum.insert(
        table.sum.end(), scores.roles.sum.begin() + static_cast<std::ptrdiff_t>(row * table.roles),
        scores.roles.sum.begin() + static_cast<std::ptrdiff_t>((row + 1) * table.roles));
  return table;
}

std::optional<WhatIf> engine_of(const RoleTable& table, const std::vector<std::uint8_t>& won) {
  const auto sums = whole_sums(table.sum);
  if (!sums) return std::nullopt;
  std::vector<std::vector<std::uint32_t>> columns(table.roles);
  for (std::size_t i = 0; i < sums->size(); ++i) columns[i % table.roles].push_back((*sums)[i]);
  return WhatIf({.columns = {columns.begin(), columns.end()}, .won = won});
}

std::optional<Candidate> candidate_of(const RoleWeights& weights) {
  const auto decimals = exact_decimals(weights);
  if (!decimals) return std::nullopt;
  Candidate candidate;
  for (std::size_t c = 0; c < weights.size(); ++c)
    candidate.terms.push_back({static_cast<std::uint32_t>(c), decimals->units[c]});
  return candidate;
}

}  // namespace rolecall
