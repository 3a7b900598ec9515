#include "experiments/study_metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace rolecall {
namespace {

double variance(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.) / n;
  double sum = 0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum / n;
}

// Two folds are twice the groups: the mean over both varies half as much. Folds that drew the same
// trees would move together where their groups stand in the same order.
TEST(Compare, FoldsDrawApart) {
  JudgedFold fold;
  ComparedModel model{"m", "", {{}}};
  for (std::uint32_t g = 0; g < 200; ++g) {
    fold.groups.push_back(g);
    fold.tree.push_back(g);
    fold.won.push_back(g % 3 == 0 ? 1 : 0);
    model.scores[0].push_back(std::fmod(g * 37., 101) + (g % 3 == 0 ? 25 : 0));
  }
  const StudySpec::Bootstrap bootstrap{.replicates = 2000};
  const Comparison one = compare({fold}, {model}, {}, bootstrap);
  model.scores.push_back(model.scores[0]);
  const Comparison two = compare({fold, fold}, {model}, {}, bootstrap);
  for (const std::size_t metric : {0u, 6u}) {  // AUC, profit
    const Replicated &a = one.figures[0][metric], &b = two.figures[0][metric];
    EXPECT_NEAR(a.value, b.value, 1e-12);
    EXPECT_NEAR(variance(b.replicates) / variance(a.replicates), .5, .07);
  }
}

}  // namespace
}  // namespace rolecall
