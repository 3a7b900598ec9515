#include "experiments/ranked_groups.hpp"

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

  std::vector<std::uint32_t> trees = labelled.tree;
  std::ranges::sort(trees);
  trees.erase(std::unique(trees.begin(), trees.end()), trees.end());

  RankedGroups ranked;
  ranked.trees = trees.size();
  ranked.score.resize(n);
  ranked.won.resize(n);
  ranked.unit.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    ranked.score[i] = rows[i].score;
    ranked.won[i] = rows[i].won;
  }
  if (trees.size() < 2) {
    ranked.resampling_unit = ResamplingUnit::groups;
    ranked.units = n;
    std::iota(ranked.unit.begin(), ranked.unit.end(), 0u);
    return ranked;
  }
  ranked.units = trees.size();
  for (std::size_t i = 0; i < n; ++i)
    ranked.unit[i] =
        static_cast<std::uint32_t>(std::ranges::lower_bound(trees, rows[i].tree) - trees.begin());
  return ranked;
}

}  // namespace rolecall
