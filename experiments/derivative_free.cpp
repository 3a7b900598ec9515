#include "experiments/derivative_free.hpp"

#include <fmt/format.h>
#include <nlopt.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"

namespace rolecall {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

nlopt::algorithm nlopt_algorithm(DerivativeFree algorithm) {
  switch (algorithm) {
    case DerivativeFree::nelder_mead:
      return nlopt::LN_NELDERMEAD;
    case DerivativeFree::subplex:
      return nlopt::LN_SBPLX;
    case DerivativeFree::bobyqa:
      return nlopt::LN_BOBYQA;
    case DerivativeFree::cobyla:
      return nlopt::LN_COBYLA;
    case DerivativeFree::direct:
      return nlopt::GN_DIRECT;
    case DerivativeFree::crs2:
      return nlopt::GN_CRS2_LM;
  }
  return nlopt::LN_SBPLX;
}

bool is_global(DerivativeFree algorithm) {
  return algorithm == DerivativeFree::direct || algorithm == DerivativeFree::crs2;
}

void check_dimension(const DerivativeFreeOptions& options, std::size_t i, ProblemList& problems) {
  const double low = options.low[i], high = options.high[i], start = options.start[i];
  if (!(low < high))
    problems.add({.field = fmt::format("low[{}]", i),
                  .value = fmt::format("{}", low),
                  .what = fmt::format("is not below the upper bound, {}", high),
                  .remedy = "Leave out dimensions that have one value only."});
  else if (!(low <= start && start <= high) || std::isinf(start))
    problems.add({.field = fmt::format("start[{}]", i),
                  .value = fmt::format("{}", start),
                  .what = fmt::format("is not a number from {} to {}", low, high),
                  .remedy = "Start within the bounds."});
  if (is_global(options.algorithm) && !(std::isfinite(low) && std::isfinite(high)))
    problems.add(
        {.field = "algorithm",
         .value = std::string(word_for(options.algorithm)),
         .what = fmt::format("searches finite bounds only, unlike those of dimension {}", i),
         .remedy = "Give finite bounds, or take a local algorithm such as subplex."});
  if (!options.step.empty() && !(options.step[i] > 0 && std::isfinite(options.step[i])))
    problems.add({.field = fmt::format("step[{}]", i),
                  .value = fmt::format("{}", options.step[i]),
                  .what = "is not a finite number above 0",
                  .remedy = "Give the distance to the nearest point that differs markedly."});
}

void check(const DerivativeFreeOptions& options) {
  ProblemList problems;
  const std::size_t n = options.start.size();
  if (n == 0 || options.low.size() != n || options.high.size() != n ||
      (!options.step.empty() && options.step.size() != n))
    problems.add(
        {.field = "start",
         .what = fmt::format("{} starts, {} low, {} high and {} steps are not one per "
                             "dimension",
                             n, options.low.size(), options.high.size(), options.step.size()),
         .remedy = "Give as many of each; steps may be left out."});
  else
    for (std::size_t i = 0; i < n; ++i) check_dimension(options, i, problems);
  if (options.algorithm == DerivativeFree::bobyqa && n == 1)
    problems.add({.field = "algorithm",
                  .value = "bobyqa",
                  .what = "needs two dimensions or more",
                  .remedy = "Take subplex or nelder-mead."});
  if (options.max_evaluations == 0)
    problems.add({.field = "max_evaluations",
                  .value = "0",
                  .what = "leaves nothing to compare",
                  .remedy = "Allow 1 or more."});
  for (const auto& [field, tolerance] : {std::pair{"tolerance_x", options.tolerance_x},
                                         std::pair{"tolerance_f", options.tolerance_f}})
    if (!(tolerance >= 0))
      problems.add({.field = field,
                    .value = fmt::format("{}", tolerance),
                    .what = "is not 0 or more",
                    .remedy = "0 turns this criterion off."});
  problems.throw_if_any();
}

// One search: counts, keeps the best, and stands between f and NLopt's C code.
class Search {
 public:
  Search(const DerivativeFreeOptions& options,
         const std::function<double(std::span<const double>)>& f)
      : options_(options), f_(f), nlopt_(nlopt_algorithm(options.algorithm), dimensions()) {
    result_.best = options.start;
    result_.value = -infinity;
    nlopt_.set_lower_bounds(options.low);
    nlopt_.set_upper_bounds(options.high);
    nlopt_.set_xtol_rel(options.tolerance_x);
    nlopt_.set_ftol_rel(options.tolerance_f);
    if (!options.step.empty()) {
      std::vector<double> step = options.step;
      for (std::size_t i = 0; i < step.size(); ++i)
        step[i] = std::min(step[i], (options.high[i] - options.low[i]) / 2);
      nlopt_.set_initial_step(step);
    }
    nlopt_.set_max_objective(
        [](unsigned n, const double* x, double*, void* self) {
          return static_cast<Search*>(self)->evaluate({x, n});
        },
        this);
  }

  DerivativeFreeResult run() {
    reseed();
    std::vector<double> x = options_.start;
    double value = 0;
    try {
      result_.stopped = in_words(nlopt_.optimize(x, value));
    } catch (const nlopt::forced_stop&) {
      if (thrown_) std::rethrow_exception(thrown_);
      result_.stopped =
          result_.value == infinity ? "a value is infinite" : "max_evaluations are made";
    } catch (const nlopt::roundoff_limited&) {
      result_.stopped = "rounding hides any progress";
    }
    return std::move(result_);
  }

 private:
  unsigned dimensions() const { return static_cast<unsigned>(options_.start.size()); }

  // NLopt's generator is global to the thread. It starts afresh at every evaluation, so that
  // neither earlier searches nor ones within f show.
  void reseed() const {
    if (options_.algorithm == DerivativeFree::crs2)
      nlopt::srand(random_block(options_.seed, RandomStream::searches, result_.evaluations, 0)[0]);
  }

  double evaluate(std::span<const double> asked) {
    // Some algorithms ask for a few values more when told to stop.
    if (thrown_ || result_.value == infinity) return worst();
    if (result_.evaluations == options_.max_evaluations) {
      nlopt_.force_stop();
      return worst();
    }
    std::vector<double> x(asked.begin(), asked.end());
    for (std::size_t i = 0; i < x.size(); ++i)  // direct rounds past its bounds
      x[i] = std::clamp(x[i], options_.low[i], options_.high[i]);
    double value = -infinity;
    try {
      value = f_(x);
    } catch (...) {
      thrown_ = std::current_exception();
      nlopt_.force_stop();
      return worst();
    }
    ++result_.evaluations;
    reseed();
    if (value > result_.value) {
      result_.best = std::move(x);
      result_.value = value;
    }
    if (value == infinity) nlopt_.force_stop();
    if (!std::isfinite(value)) return worst();
    lowest_ = std::min(lowest_, value);
    return value;
  }

  // What NLopt is told where there is no value.
  double worst() const {
    const bool compares_only = options_.algorithm == DerivativeFree::nelder_mead ||
                               options_.algorithm == DerivativeFree::subplex ||
                               options_.algorithm == DerivativeFree::crs2;
    if (compares_only) return -infinity;
    return lowest_ < infinity ? lowest_ : -1e100;  // of which the square is finite still
  }

  static std::string in_words(nlopt::result result) {
    switch (result) {
      case nlopt::FTOL_REACHED:
        return "values differ by less than tolerance_f";
      case nlopt::XTOL_REACHED:
        return "points differ by less than tolerance_x";
      default:
        return "the algorithm ended";
    }
  }

  const DerivativeFreeOptions& options_;
  const std::function<double(std::span<const double>)>& f_;
  nlopt::opt nlopt_;
  DerivativeFreeResult result_;
  double lowest_ = infinity;  // of the finite values
  std::exception_ptr thrown_;
};

}  // namespace

DerivativeFreeResult maximize(const DerivativeFreeOptions& options,
                              const std::function<double(std::span<const double>)>& f) {
  check(options);
  return Search(options, f).run();
}

}  // namespace rolecall
