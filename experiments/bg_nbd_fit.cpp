#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/portable_math.hpp"
#include "experiments/bg_nbd.hpp"
#include "experiments/derivative_free.hpp"

namespace rolecall::bg_nbd {
namespace {

using Vector = std::array<double, 4>;
using Matrix = std::array<Vector, 4>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = 1e-4, greatest = 1e5;

// Markets that buy seldom or often, and keep or lose their customers.
constexpr std::array<BgNbd, 4> starts{{
    {.r = 0.3, .alpha = 5, .a = 0.8, .b = 2.5},
    {.r = 1, .alpha = 20, .a = 0.5, .b = 5},
    {.r = 3, .alpha = 3, .a = 2, .b = 2},
    {.r = 0.3, .alpha = 0.5, .a = 0.2, .b = 2},
}};

BgNbd from_logs(std::span<const double> logs) {
  return {portable_exp(logs[0]), portable_exp(logs[1]), portable_exp(logs[2]),
          portable_exp(logs[3])};
}

void check(std::span<const RepeatHistory> histories) {
  ProblemList problems;
  bool any = false;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const auto& [x, t_x, T] = histories[i];
    any = any || x > 0;
    if (0 < T && std::isfinite(T) && 0 <= t_x && t_x <= T && x <= 1'000'000 && (x > 0 || t_x == 0))
      continue;
    problems.add({.field = fmt::format("histories[{}]", i),
                  .value = fmt::format("x {}, t_x {}, T {}", x, t_x, T),
                  .what = "is no history of repeat purchases",
                  .remedy =
                      "Give 0 ≤ t_x ≤ T, T above 0 and finite, x at most 1,000,000, and t_x = 0 "
                      "where x is 0."});
  }
  if (!any && problems.empty())
    problems.add({.field = "histories",
                  .what = fmt::format("none of {} has a repeat purchase", histories.size()),
                  .remedy = "Observe for longer, or more customers."});
  problems.throw_if_any();
}

// The log likelihood as a function of log parameters, which counts its calls.
class Surface {
 public:
  explicit Surface(std::span<const RepeatHistory> histories) : histories_(histories) {}

  double operator()(std::span<const double> logs) {
    ++evaluations_;
    return log_likelihood(from_logs(logs), histories_);
  }

  std::size_t evaluations() const { return evaluations_; }

 private:
  std::span<const RepeatHistory> histories_;
  std::size_t evaluations_ = 0;
};

DerivativeFreeResult climb(Surface& surface, DerivativeFreeOptions options) {
  options.low.assign(4, portable_log(smallest));
  options.high.assign(4, portable_log(greatest));
  return maximize(options, [&](std::span<const double> logs) { return surface(logs); });
}

DerivativeFreeResult climb_from_all(Surface& surface) {
  DerivativeFreeResult best;
  for (const BgNbd& start : starts) {
    DerivativeFreeOptions options{.algorithm = DerivativeFree::nelder_mead};
    for (const double value : start.values()) options.start.push_back(portable_log(value));
    options.step.assign(4, 0.5);
    options.max_evaluations = 100;
    options.tolerance_x = 1e-3;
    DerivativeFreeResult result = climb(surface, options);
    if (best.best.empty() || result.value > best.value) best = std::move(result);
  }
  // A simplex that has collapsed early stands up again; then a smooth function's last digits.
  double before;
  do {
    before = best.value;
    for (const auto algorithm : {DerivativeFree::nelder_mead, DerivativeFree::bobyqa}) {
      const bool rough = algorithm == DerivativeFree::nelder_mead;
      DerivativeFreeOptions options{.algorithm = algorithm};
      options.start = best.best;
      options.step.assign(4, rough ? 0.2 : 0.05);
      options.max_evaluations = 500;
      options.tolerance_x = rough ? 1e-3 : 1e-7;
      DerivativeFreeResult result = climb(surface, options);
      if (result.value >= best.value) best = std::move(result);
    }
  } while (best.value - before > 1e-6);
  return best;
}

// Minus the second differences at steps h: the information, with an error of order h².
Matrix information(Surface& surface, const Vector& at, double centre, const Vector& h) {
  const auto moved = [&](std::size_t i, double di, std::size_t j, double dj) {
    Vector logs = at;
    logs[i] += di * h[i];
    logs[j] += dj * h[j];
    return surface(logs);
  };
  Matrix result{};
  for (std::size_t i = 0; i < 4; ++i) {
    result[i][i] = (2 * centre - moved(i, 1, i, 0) - moved(i, -1, i, 0)) / (h[i] * h[i]);
    for (std::size_t j = 0; j < i; ++j)
      result[i][j] = result[j][i] =
          (moved(i, 1, j, -1) + moved(i, -1, j, 1) - moved(i, 1, j, 1) - moved(i, -1, j, -1)) /
          (4 * h[i] * h[j]);
  }
  return result;
}

// Richardson's extrapolation of steps h and 2·h (Richardson 1911, doi:10.1098/rsta.1911.0009): an
// error of order h⁴. h is 0.2 of the standard error that a parameter has when the others are known,
// where the log likelihood falls by 0.02 and 0.08: far above its rounding, 1e-10, and near enough.
Matrix observed_information(Surface& surface, const Vector& at, double centre) {
  Vector h;
  h.fill(1e-3);
  const Matrix rough = information(surface, at, centre, h);
  for (std::size_t i = 0; i < 4; ++i)
    h[i] = rough[i][i] > 0 ? std::clamp(0.2 / std::sqrt(rough[i][i]), 1e-5, 0.1) : 0.1;
  Matrix near = information(surface, at, centre, h);
  for (double& step : h) step *= 2;
  const Matrix far = information(surface, at, centre, h);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) near[i][j] = (4 * near[i][j] - far[i][j]) / 3;
  return near;
}

// The inverse by Cholesky's decomposition, L·Lᵀ; NaN unless positive definite.
Matrix inverse(const Matrix& matrix) {
  Matrix l{}, m{};  // m = L⁻¹
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = matrix[i][j];
      for (std::size_t k = 0; k < j; ++k) rest -= l[i][k] * l[j][k];
      l[i][j] = i == j ? (rest > 0 ? std::sqrt(rest) : nan) : rest / l[j][j];
    }
  for (std::size_t j = 0; j < 4; ++j)
    for (std::size_t i = j; i < 4; ++i) {
      double rest = i == j ? 1 : 0;
      for (std::size_t k = j; k < i; ++k) rest -= l[i][k] * m[k][j];
      m[i][j] = rest / l[i][i];
    }
  Matrix result{};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t k = 0; k < 4; ++k) result[i][j] += m[k][i] * m[k][j];
  if (std::isnan(l[3][3]))  // a NaN passes on to the last row
    for (Vector& row : result) row.fill(nan);
  return result;
}

}  // namespace

Fit fit(std::span<const RepeatHistory> histories) {
  check(histories);
  Surface surface(histories);
  const DerivativeFreeResult top = climb_from_all(surface);
  Vector logs;
  std::ranges::copy(top.best, logs.begin());

  Fit fit{.model = from_logs(logs), .log_likelihood = top.value, .stopped = top.stopped};
  for (const double log : logs)
    fit.at_bound =
        fit.at_bound || log < portable_log(smallest) + 1e-3 || log > portable_log(greatest) - 1e-3;
  fit.log_covariance = inverse(observed_information(surface, logs, top.value));
  const auto error = [&](std::size_t i) {
    return fit.model.values()[i] * std::sqrt(fit.log_covariance[i][i]);
  };
  fit.standard_error = {error(0), error(1), error(2), error(3)};
  fit.evaluations = surface.evaluations();
  return fit;
}

}  // namespace rolecall::bg_nbd
