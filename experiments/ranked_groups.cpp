#include "experiments/ranked_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <tuple>

namespace rolecall {

std::string_view to_string(ResamplingUnit unit) {
  switch (unit) {
    case ResamplingUnit::account_trees:
      return "account trees";
    case ResamplingUnit::groups:
      return "groups";
  }
  return "";
}

ResamplingUnits units_of(std::span<const std::uint32_t> tree) {
  std::vector<std::uint32_t> trees(tree.begin(), tree.end());
  std::ranges::sort(trees);
  trees.erase(std::unique(trees.begin(), trees.end()), trees.end());
  ResamplingUnits units{std::vector<std::uint32_t>(tree.size()), trees.size(), trees.size(),
                        ResamplingUnit::account_trees};
  if (trees.size() < 2) {
    units.kind = ResamplingUnit::groups;
    units.count = tree.size();
    std::iota(units.of_group.begin(), units.of_group.end(), 0u);
    return units;
  }
  for (std::size_t g = 0; g < tree.size(); ++g)
    units.of_group[g] =
        static_cast<std::uint32_t>(std::ranges::lower_bound(trees, tree[g]) - trees.begin());
  return units;
}

std::string weak_interval_warning(ResamplingUnit kind, std::size_t trees) {
  constexpr std::size_t enough = 30;
  if (kind == ResamplingUnit::groups)
    return "there are too few account trees, so intervals and folds treat groups as independent; "
           "they are too narrow if the groups of an account are alike.";
  if (trees < enough)
    return fmt::format("intervals rest on {} account trees; below some {} they are too narrow.",
                       trees, enough);
  return {};
}

RankedGroups rank_groups(const LabelledScores& labelled) {
  struct Row {
    double score;
    std::uint32_t tree;
    std::uint8_t won;
  };
  const std::size_t n = labelled.score.size();
  assert(labelled.won.size() == n && labelled.tree.size() == n);
  assert(n <= std::size_t{1} << 30);
  assert(std::ranges::all_of(labelled.score, [](double s) { return std::isfinite(s); }));

  std::vector<Row> rows(n);
  for (std::size_t i = 0; i < n; ++i)
    rows[i] = {labelled.score[i], labelled.tree[i],
               static_cast<std::uint8_t>(labelled.won[i] != 0)};
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return std::tie(b.score, b.won, a.tree) < std::tie(a.score, a.won, b.tree);
  });

  RankedGroups ranked;
  std::vector<std::uint32_t> tree;
  for (const Row& row : rows) {
    ranked.score.push_back(row.score);
    ranked.won.push_back(row.won);
    tree.push_back(row.tree);
  }
  ResamplingUnits units = units_of(tree);
  ranked.unit = std::move(units.of_group);
  ranked.units = units.count;
  ranked.trees = units.trees;
  ranked.resampling_unit = units.kind;
  return ranked;
}

}  // namespace rolecall
