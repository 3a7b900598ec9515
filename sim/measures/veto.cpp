#include "sim/measures/veto.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "core/portable_math.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Of veto: (1 − veto)^(n − 1) changes over some 1/n, so that groups of hundreds are seen.
constexpr int grid = 1000;

double best_base(std::span<const SizeShare> points, double veto) {
  double xy = 0, xx = 0;
  for (const SizeShare& p : points) {
    const double x = veto_curve(1, veto, p.size);
    xy += p.weight * x * p.share;
    xx += p.weight * x * x;
  }
  // Where nothing of the curve is left any base will do; so it is at veto 1 without single people.
  return xx == 0 ? 0 : std::clamp(xy / xx, 0., 1.);
}

double squares(std::span<const SizeShare> points, double veto) {
  const double base = best_base(points, veto);
  double sum = 0;
  for (const SizeShare& p : points) {
    const double residual = p.share - veto_curve(base, veto, p.size);
    sum += p.weight * residual * residual;
  }
  return sum;
}

// Where the sum is least in [low, high], in which it falls and then rises.
double golden_section(std::span<const SizeShare> points, double low, double high) {
  const double ratio = (std::sqrt(5.) - 1) / 2;
  double left = high - ratio * (high - low), right = low + ratio * (high - low);
  double at_left = squares(points, left), at_right = squares(points, right);
  for (int i = 0; i < 64; ++i) {  // .618^64 of two grid steps: below 1e-15
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      at_left = squares(points, left = high - ratio * (high - low));
    } else {
      low = left;
      left = right;
      at_left = at_right;
      at_right = squares(points, right = low + ratio * (high - low));
    }
  }
  return (low + high) / 2;
}

bool two_sizes(std::span<const SizeShare> points) {
  double size = nan;
  for (const SizeShare& p : points) {
    assert(p.size >= 1 && p.weight >= 0);
    if (p.weight == 0) continue;
    if (size < p.size || size > p.size) return true;
    size = p.size;
  }
  return false;
}

}  // namespace

double veto_curve(double base, double veto, double size) {
  return base * portable_pow(1 - veto, size - 1);
}

VetoFit fit_veto(std::span<const SizeShare> points) {
  VetoFit fit{nan, nan, std::vector<double>(points.size(), nan), nan};
  if (!two_sizes(points)) return fit;
  const auto at = [](int i) { return static_cast<double>(i) / grid; };
  int best = 0;
  for (int i = 1; i <= grid; ++i)
    if (squares(points, at(i)) < squares(points, at(best))) best = i;
  fit.veto = golden_section(points, at(std::max(best - 1, 0)), at(std::min(best + 1, grid)));
  // The section comes near the ends of the range, and near kinks, but does not meet them.
  if (squares(points, at(best)) <= squares(points, fit.veto)) fit.veto = at(best);
  fit.base = best_base(points, fit.veto);
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    fit.residuals[i] = points[i].share - veto_curve(fit.base, fit.veto, points[i].size);
    sum += points[i].weight * fit.residuals[i] * fit.residuals[i];
    weight += points[i].weight;
  }
  fit.rmse = std::sqrt(sum / weight);
  return fit;
}

}  // namespace rolecall::sim
