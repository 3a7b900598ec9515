#include "sim/measures/replicates.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/measures/student_t.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

ReplicatedFigure over_replicates(std::span<const double> values, double confidence) {
  assert(confidence > 0 && confidence < 1);
  ReplicatedFigure figure;
  double sum = 0;
  for (const double x : values) {
    if (std::isnan(x)) continue;
    sum += x;
    ++figure.used;
  }
  figure.left_out = values.size() - figure.used;
  const auto n = static_cast<double>(figure.used);
  const double mean = figure.used == 0 ? nan : sum / n;
  figure.mean = {mean, nan, nan};
  figure.deviation = nan;
  if (figure.used < 2 || !std::isfinite(mean)) return figure;
  double squares = 0;
  for (const double x : values)
    if (!std::isnan(x)) squares += (x - mean) * (x - mean);
  figure.deviation = std::sqrt(squares / (n - 1));
  const double half =
      student_t_quantile(.5 + confidence / 2, n - 1) * figure.deviation / std::sqrt(n);
  figure.mean = {mean, mean - half, mean + half};
  return figure;
}

ArmComparison compare_arms(std::span<const double> a, std::span<const double> b,
                           double confidence) {
  assert(a.size() == b.size());
  std::vector<double> difference(a.size());
  double above = 0, equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference[i] = a[i] - b[i];
    above += difference[i] > 0 ? 1 : 0;
    equal += difference[i] == 0 ? 1 : 0;
  }
  ArmComparison comparison{.difference = over_replicates(difference, confidence)};
  const std::size_t used = comparison.difference.used;
  comparison.above = used > 0 ? above / static_cast<double>(used) : nan;
  comparison.equal = used > 0 ? equal / static_cast<double>(used) : nan;
  return comparison;
}

}  // namespace rolecall::sim
