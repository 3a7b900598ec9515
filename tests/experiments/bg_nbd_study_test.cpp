#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "experiments/bg_nbd.hpp"
#include "tests/experiments/repeatable_study.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using testing::run_once;

StudySpec small_study() {
  StudySpec spec = load_study("bg-nbd");
  spec.worlds.seeds = 12;
  spec.worlds.accounts = {300, 1000};
  return spec;
}

TEST(BgNbdStudy, IsTheSameForAnyThreadsAndAfterAStop) {
  testing::expect_repeatable(small_study(), 16);
}

TEST(BgNbdStudy, FindsTheParametersAgain) {
  const StudySpec spec = small_study();
  const StudyRun run = run_once(spec);
  testing::expect_narrow(run);
  const auto numbers = [&](const char* table, const char* column) {
    return std::get<std::vector<double>>(run.record.table(table)->column(column)->values);
  };
  EXPECT_EQ(run.record.table("fits")->rows(), 24u);
  EXPECT_EQ(run.record.table("parameters")->rows(), 8u);
  const auto within_1 = numbers("parameters", "within_1"),
             within_2 = numbers("parameters", "within_2"), bias = numbers("parameters", "bias"),
             spread = numbers("parameters", "spread"), truth = numbers("parameters", "truth");
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_GE(within_2[i], within_1[i]);
    EXPECT_GE(within_2[i], .7);
    EXPECT_EQ(truth[i], bg_nbd::cdnow.values()[i % 4]);
    EXPECT_LT(std::abs(bias[i]), 2 * spread[i]);
  }
  for (std::size_t i = 4; i < 6; ++i) EXPECT_LT(spread[i], spread[i - 4]);  // more customers
  const auto better = numbers("fits", "log_likelihood"),
             known = numbers("fits", "log_likelihood_truth");
  for (std::size_t i = 0; i < better.size(); ++i) EXPECT_GE(better[i], known[i]);
  const auto expected = numbers("expected_transactions", "expected"),
             simulated = numbers("expected_transactions", "simulated"),
             error = numbers("expected_transactions", "standard_error");
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(simulated[i], expected[i], 4 * error[i]);
}

TEST(BgNbdStudy, RefusesNumbersThatAreNoCustomers) {
  for (const double customers : {0., 2.5, -7.}) {
    StudySpec spec = small_study();
    spec.worlds.accounts = {customers};
    try {
      run_once(spec);
      ADD_FAILURE();
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("worlds.accounts"));
    }
  }
}

}  // namespace
}  // namespace rolecall
