#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "scoring/model_file.hpp"
#include "tests/experiments/comparison_study.hpp"

namespace rolecall {
namespace {

using namespace testing;  // NOLINT
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t row_of(const StudyRecord& record, const std::string& policy) {
  for (std::size_t row = 0; row < record.table("policies")->rows(); ++row)
    if (text(record, "policies", "policy", row) == policy) return row;
  ADD_FAILURE() << policy;
  return 0;
}

// Won groups among the k highest.
double slow_won(const std::vector<double>& order, const std::vector<std::uint8_t>& won, double k) {
  const std::vector<double> part = slow_top(order, k);
  double sum = 0;
  for (std::size_t g = 0; g < won.size(); ++g) sum += part[g] * won[g];
  return sum;
}

TEST(HandOffStudy, MeasuresPoliciesAsCountingDoes) {
  StudyTask task = comparison_study("hand-off");
  task.spec.hand_off = {.2, 3, .5};
  const StudyRecord record = run_comparison(task).record;
  const JudgedScores judged = judged_scores(generate_world(small_spec(1)), load_model("ajo-seed"));
  const auto n = static_cast<double>(judged.won.size());
  const double top = .2 * n;
  const auto all_won = static_cast<double>(std::ranges::count(judged.won, 1));
  // Complete first: hundreds of per cent never reach the engagement's place.
  std::vector<double> both, gated, product;
  for (std::size_t g = 0; g < judged.won.size(); ++g) {
    both.push_back(1e9 * judged.completeness[g] + judged.engagement[g]);
    gated.push_back((judged.completeness[g] == 100 ? 1e9 : 0) + judged.engagement[g]);
    product.push_back(judged.completeness[g] * judged.engagement[g]);
  }
  const std::vector<std::pair<std::string, std::vector<double>>> orders{
      {"engagement", judged.engagement},
      {"completeness", judged.completeness},
      {"completeness, engagement", both},
      {"complete by engagement", gated},
      {"product", product},
      {"at random", std::vector<double>(judged.won.size(), 0)}};
  double of_engagement = 0;
  for (const auto& [policy, order] : orders) {
    const std::size_t row = row_of(record, policy);
    const double won = slow_won(order, judged.won, top);
    const double profit = (3 * won - .5 * top) / n;
    if (policy == "engagement") of_engagement = profit;
    EXPECT_NEAR(numbers(record, "policies", "precision")[row], won / top, 1e-9) << policy;
    EXPECT_NEAR(numbers(record, "policies", "recall")[row], won / all_won, 1e-9) << policy;
    EXPECT_NEAR(numbers(record, "policies", "profit")[row], profit, 1e-9) << policy;
    EXPECT_NEAR(numbers(record, "policies", "profit_gain")[row], profit - of_engagement, 1e-9)
        << policy;
    EXPECT_LE(numbers(record, "policies", "profit_low")[row],
              numbers(record, "policies", "profit_high")[row]);
  }
  EXPECT_NEAR(numbers(record, "policies", "precision")[row_of(record, "at random")], all_won / n,
              1e-12);
}

TEST(HandOffStudy, FindsTheCapacityThatProfitsMost) {
  StudyTask task = comparison_study("hand-off");
  task.spec.hand_off = {.1, 1, .4};
  const StudyRecord record = run_comparison(task).record;
  const JudgedScores judged = judged_scores(generate_world(small_spec(1)), load_model("ajo-seed"));
  const auto n = static_cast<double>(judged.won.size());
  double best = 0;
  for (double k = 0; k <= n / 2; k += 1)
    best = std::max(best, (slow_won(judged.engagement, judged.won, k) - .4 * k) / n);
  EXPECT_NEAR(numbers(record, "policies", "best_profit")[0], best, 1e-9);
}

TEST(HandOffStudy, DrawsACurveOverCapacities) {
  StudyTask task = comparison_study("hand-off");
  task.spec.hand_off.capacity = .125;  // beside the whole per cents
  const StudyRecord record = run_comparison(task).record;
  const std::size_t policies = record.table("policies")->rows();
  ASSERT_EQ(record.table("curve")->rows(), policies * 51);
  const auto& share = numbers(record, "curve", "share");
  const auto& recall = numbers(record, "curve", "recall");
  for (std::size_t row = 1; row < share.size(); ++row) {
    if (row % 51 == 0) continue;
    EXPECT_GT(share[row], share[row - 1]);
    EXPECT_GE(recall[row], recall[row - 1]);
  }
  EXPECT_EQ(share[12], .125);
  EXPECT_EQ(numbers(record, "curve", "profit")[12], numbers(record, "policies", "profit")[0]);
}

TEST(HandOffStudy, SaysNoNumberOfNobody) {
  StudyTask task = comparison_study("hand-off");
  task.spec.hand_off.capacity = 0;
  const StudyRun run = run_comparison(task);
  EXPECT_THAT(run.text, AllOf(HasSubstr("none are won"), Not(HasSubstr("nan"))));
}

TEST(HandOffStudy, TakesGroupsWithoutCompletenessLast) {
  StudyTask task = comparison_study("hand-off");
  const World world = generate_world(small_spec(1));
  RolesTemplate lax = task.base->templates.front();
  lax.name = "lax";
  lax.solutions = {std::string(world.solutions[0])};
  for (RoleCard& card : lax.roles) card.required = false;
  task.base->templates.insert(task.base->templates.begin(), lax);
  const StudyRun run = run_comparison(task);
  const JudgedScores judged = judged_scores(world, *task.base);
  std::vector<double> order;
  std::int64_t undefined = 0;
  for (const double c : judged.completeness) {
    undefined += std::isnan(c);
    order.push_back(std::isnan(c) ? -1 : c);
  }
  ASSERT_GT(undefined, 0);
  EXPECT_EQ(std::get<std::int64_t>(*run.record.summary_value("completeness_undefined")), undefined);
  EXPECT_THAT(run.warnings, Contains(HasSubstr("have no completeness")));
  const auto n = static_cast<double>(order.size());
  const std::size_t row = row_of(run.record, "completeness");
  EXPECT_NEAR(numbers(run.record, "policies", "precision")[row],
              slow_won(order, judged.won, .1 * n) / (.1 * n), 1e-9);
}

TEST(HandOffStudy, RefusesAModelThatRequiresNoRole) {
  StudyTask task = comparison_study("hand-off");
  for (RoleCard& card : task.base->templates.front().roles) card.required = false;
  EXPECT_THROW(run_comparison(task), InputError);
}

TEST(HandOffStudy, GivesOneRecordForAnyThreadsAndWhenResumed) {
  expect_same_record(comparison_study("hand-off"), "measure", 3);
}

}  // namespace
}  // namespace rolecall
