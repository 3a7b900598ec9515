#include "experiments/derivative_free.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

using Point = std::span<const double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Greatest, at 3, in (1, -0.5).
double hill(Point x) {
  return 3 - (x[0] - 1) * (x[0] - 1) - 4 * (x[1] + 0.5) * (x[1] + 0.5) - (x[0] - 1) * (x[1] + 0.5);
}

// Rastrigin's function upside down: a top in every cell of side 1, the highest, 0, in (0.3, -0.2).
double many_hills(Point x) {
  double sum = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const double y = x[i] - (i == 0 ? 0.3 : -0.2);
    sum += y * y + 10 * (1 - std::cos(2 * 3.14159265358979 * y));
  }
  return -sum;
}

DerivativeFreeOptions options_of(DerivativeFree algorithm) {
  return {.algorithm = algorithm,
          .low = {-4, -3},
          .high = {5, 4},
          .start = {3, 3},
          .max_evaluations = 5000};
}

class EachAlgorithm : public ::testing::TestWithParam<std::pair<std::string_view, DerivativeFree>> {
};

TEST_P(EachAlgorithm, ClimbsAHill) {
  auto options = options_of(GetParam().second);
  const auto result = maximize(options, hill);
  EXPECT_NEAR(result.value, 3, 1e-6);
  EXPECT_NEAR(result.best[0], 1, 1e-3);
  EXPECT_NEAR(result.best[1], -0.5, 1e-3);
  EXPECT_EQ(result.value, hill(result.best));
  EXPECT_FALSE(result.stopped.empty());
}

TEST_P(EachAlgorithm, StaysWithinBoundsAndFindsATopOnThem) {
  auto options = options_of(GetParam().second);
  options.high = {0.5, 4};
  options.start = {-1, 3};
  const auto result = maximize(options, [](Point x) {
    EXPECT_TRUE(-4 <= x[0] && x[0] <= 0.5 && -3 <= x[1] && x[1] <= 4);
    return hill(x);
  });
  EXPECT_NEAR(result.best[0], 0.5, 1e-3);
  EXPECT_NEAR(result.best[1], -0.4375, 1e-2);
}

TEST_P(EachAlgorithm, NeverExceedsItsEvaluations) {
  for (const std::size_t most : {1u, 2u, 7u, 30u}) {
    auto options = options_of(GetParam().second);
    options.max_evaluations = most;
    std::size_t calls = 0;
    double greatest = -infinity;
    const auto result = maximize(options, [&](Point x) {
      ++calls;
      greatest = std::max(greatest, hill(x));
      return hill(x);
    });
    EXPECT_EQ(calls, most);
    EXPECT_EQ(result.evaluations, most);
    EXPECT_EQ(result.value, greatest);
    EXPECT_EQ(result.stopped, "max_evaluations are made");
  }
}

TEST_P(EachAlgorithm, TakesWhatIsUndefinedForWorst) {
  for (const double undefined : {nan, -infinity}) {
    const auto result = maximize(options_of(GetParam().second), [&](Point x) {
      return x[0] + x[1] > 6.5 || x[0] < -3 ? undefined : hill(x);
    });
    EXPECT_NEAR(result.value, 3, 1e-4) << undefined;
  }
}

TEST_P(EachAlgorithm, SurvivesAFunctionWithoutValues) {
  auto options = options_of(GetParam().second);
  options.max_evaluations = 300;
  const auto result = maximize(options, [](Point) { return nan; });
  EXPECT_EQ(result.value, -infinity);
  EXPECT_EQ(result.best, options.start);
}

TEST_P(EachAlgorithm, EndsAtInfinity) {
  std::size_t calls = 0;
  const auto result = maximize(options_of(GetParam().second),
                               [&](Point) { return ++calls == 4 ? infinity : double(calls); });
  EXPECT_EQ(calls, 4u);
  EXPECT_EQ(result.value, infinity);
  EXPECT_EQ(result.stopped, "a value is infinite");
}

TEST_P(EachAlgorithm, LetsExceptionsThrough) {
  struct Mine : std::exception {
    int code = 0;
  };
  std::size_t calls = 0;
  try {
    maximize(options_of(GetParam().second), [&](Point x) {
      if (++calls == 3) {
        Mine mine;
        mine.code = 42;
        throw mine;
      }
      return hill(x);
    });
    FAIL() << "nothing was thrown";
  } catch (const Mine& mine) {
    EXPECT_EQ(mine.code, 42);
  }
  EXPECT_EQ(calls, 3u);
  EXPECT_THROW(maximize(options_of(GetParam().second),
                        [](Point) -> double { throw std::invalid_argument("x"); }),
               std::invalid_argument);
}

TEST_P(EachAlgorithm, HasTheSameBitsWhateverElseRuns) {
  const auto search = [&](std::uint64_t seed, bool inner) {
    auto options = options_of(GetParam().second);
    options.max_evaluations = 400;
    options.seed = seed;
    std::vector<double> trace;
    maximize(options, [&](Point x) {
      trace.insert(trace.end(), x.begin(), x.end());
      if (inner) {
        auto small = options;
        small.max_evaluations = 20;
        small.seed = 99;
        maximize(small, hill);
      }
      return many_hills(x);
    });
    return trace;
  };
  const auto alone = search(5, false);
  EXPECT_EQ(search(5, true), alone);
  std::vector<std::vector<double>> traces(24);
  const parallel::ThreadLimit limit(3);
  parallel::for_each(traces.size(),
                     [&](std::size_t i) { traces[i] = search(5 + i % 2, i % 3 == 0); });
  for (std::size_t i = 0; i < traces.size(); i += 2) EXPECT_EQ(traces[i], alone);
  const bool random = GetParam().second == DerivativeFree::crs2;
  EXPECT_EQ(traces[1] != alone, random);
}

INSTANTIATE_TEST_SUITE_P(DerivativeFree, EachAlgorithm,
                         ::testing::ValuesIn(Choices<DerivativeFree>::all), [](const auto& info) {
                           std::string name(info.param.first);
                           std::erase(name, '-');
                           return name;
                         });

TEST(GlobalSearch, FindsTheHighestOfManyHills) {
  for (const auto algorithm : {DerivativeFree::direct, DerivativeFree::crs2}) {
    const auto result = maximize(options_of(algorithm), many_hills);
    EXPECT_NEAR(result.value, 0, 1e-4) << word_for(algorithm);
    EXPECT_NEAR(result.best[0], 0.3, 1e-3) << word_for(algorithm);
  }
}

TEST(LocalSearch, NeedsNoBounds) {
  for (const auto algorithm : {DerivativeFree::nelder_mead, DerivativeFree::subplex,
                               DerivativeFree::bobyqa, DerivativeFree::cobyla}) {
    auto options = options_of(algorithm);
    options.low = {-infinity, -infinity};
    options.high = {infinity, infinity};
    EXPECT_NEAR(maximize(options, hill).value, 3, 1e-6) << word_for(algorithm);
  }
}

TEST(LocalSearch, TakesStepsWiderThanTheBounds) {
  auto options = options_of(DerivativeFree::bobyqa);
  options.step = {100, 0.5};
  EXPECT_NEAR(maximize(options, hill).value, 3, 1e-6);
}

TEST(LocalSearch, ClimbsInTenDimensions) {
  for (const auto algorithm : {DerivativeFree::subplex, DerivativeFree::bobyqa}) {
    DerivativeFreeOptions options{.algorithm = algorithm,
                                  .low = std::vector<double>(10, -5),
                                  .high = std::vector<double>(10, 5),
                                  .start = std::vector<double>(10, -2),
                                  .max_evaluations = 20'000};
    const auto result = maximize(options, [](Point x) {
      double sum = 0;
      for (std::size_t i = 0; i < 10; ++i) sum -= (x[i] - double(i) / 5) * (x[i] - double(i) / 5);
      return sum;
    });
    EXPECT_NEAR(result.value, 0, 1e-8) << word_for(algorithm);
  }
}

TEST(Maximize, SaysWhatIsWrongWithItsOptions) {
  const auto problems_of = [](auto change) {
    auto options = options_of(DerivativeFree::subplex);
    change(options);
    std::string fields;
    try {
      maximize(options, hill);
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) fields += problem.field + ";";
    }
    return fields;
  };
  using Options = DerivativeFreeOptions;
  EXPECT_EQ(problems_of([](Options&) {}), "");
  EXPECT_EQ(problems_of([](Options& o) { o.start = {1}; }), "start;");
  EXPECT_EQ(problems_of([](Options& o) { o.low = o.high = o.start = {}; }), "start;");
  EXPECT_EQ(problems_of([](Options& o) { o.start = {9, nan}; }), "start[0];start[1];");
  EXPECT_EQ(problems_of([](Options& o) { o.low[1] = o.high[1]; }), "low[1];");
  EXPECT_EQ(problems_of([](Options& o) { o.step = {0, 1}; }), "step[0];");
  EXPECT_EQ(problems_of([](Options& o) { o.max_evaluations = 0; }), "max_evaluations;");
  EXPECT_EQ(problems_of([](Options& o) { o.tolerance_x = nan; }), "tolerance_x;");
  EXPECT_EQ(problems_of([](Options& o) {
              o.algorithm = DerivativeFree::direct;
              o.high[0] = infinity;
            }),
            "algorithm;");
  EXPECT_EQ(problems_of([](Options& o) {
              o = {.algorithm = DerivativeFree::bobyqa, .low = {0}, .high = {1}, .start = {0}};
            }),
            "algorithm;");
}

}  // namespace
}  // namespace rolecall
