#include "experiments/deals/deal_evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "experiments/deals/deal_tables.hpp"
#include "scoring/deals/deal_as_of.hpp"
#include "scoring/deals/rules_file.hpp"

namespace rolecall {
namespace {

// Deals without an account, won when one of their attributes says so, but for some.
World answered_deals(std::size_t n) {
  World world;
  TextColumn answer, noise;
  for (std::size_t d = 0; d < n; ++d) {
    world.deals.ids.push_back(std::string("d") + std::to_string(1000 + d));
    world.deals.accounts.emplace_back();
    world.deals.solutions.emplace_back();
    world.deals.pipelines.push_back("");
    world.deals.stages.push_back("");
    world.deals.opened.emplace_back();
    world.deals.closed.emplace_back();
    world.deals.values.push_back(d == 0 ? std::nan("") : 100);
    const bool yes = d % 2 == 0, slips = d % 10 == 3;
    world.deals.outcomes.push_back(yes != slips ? Outcome::won : Outcome::lost);
    answer.push_back(yes ? "yes" : "no");
    noise.push_back(d / 7 % 3 == 0 ? "a" : "b");
  }
  world.deals.attributes = {{"answer", answer}, {"noise", noise}};
  return world;
}

const char* const rules = R"(
  format = "rolecall.rules/1"
  name = "answers"
  [[score]]
  name = "Yes"
  [[score.rule]]
  when = 'answer = "yes"'
  add = 10
)";

TEST(DealEvaluation, ComparesRulesWithWhatIsLearned) {
  const World world = answered_deals(200);
  const DealRules parsed = parse_deal_rules(rules, "test");
  const DealScorer scorer(world, parsed, parse_deal_as_of("2026-01-01"));
  const auto found = evaluate_deals(scorer, scorer.score_deals(), {.replicates = 50});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].score, "Yes");
  // 20 of 200 are won although the answer is no: of 120 × 80 pairs, ties count half.
  EXPECT_NEAR(found[0].evaluation[Metric::auc].value, (100 * 80 + 20 * 80 / 2.0) / (120 * 80),
              1e-12);
  EXPECT_EQ(found[1].score, "learned");
  EXPECT_GT(found[1].evaluation[Metric::auc].value, .8);
}

TEST(DealEvaluation, NeedsBothOutcomes) {
  World world = answered_deals(10);
  world.deals.outcomes.assign(10, Outcome::open);
  const DealRules parsed = parse_deal_rules(rules, "test");
  const DealScorer scorer(world, parsed, parse_deal_as_of("2026-01-01"));
  EXPECT_THROW(evaluate_deals(scorer, scorer.score_deals(), {}), InputError);
}

TEST(LearnedScores, DoNotSeeTheDealsTheyAreHeldOutFor) {
  // With a value of its own for each deal and nothing else, nothing can be learned of the others.
  World world = answered_deals(60);
  TextColumn own;
  for (std::size_t d = 0; d < 60; ++d) own.push_back(std::to_string(d));
  world.deals.attributes = {{"own", own}};
  std::vector<std::uint32_t> deals, tree;
  std::vector<std::uint8_t> won;
  for (std::uint32_t d = 0; d < 60; ++d) {
    deals.push_back(d);
    tree.push_back(d);
    won.push_back(d % 2 == 0);
  }
  const std::vector<double> odds = learned_scores(world, deals, won, tree, 5);
  EXPECT_NEAR(area_under_curve(odds, won), .5, .15);
}

TEST(Concentration, IsTheSumOfSquaredShares) {
  World world = answered_deals(5);
  world.accounts.ids = TextColumn(std::vector<std::string>{"a", "b"});
  world.accounts.parents.resize(2);
  world.deals.accounts = {AccountId{0}, AccountId{0}, AccountId{1}, AccountId{1}, AccountId{}};
  world.deals.values = {10, 20, 70, 999, 500};
  world.deals.outcomes = {Outcome::open, Outcome::open, Outcome::open, Outcome::won, Outcome::open};
  const DealRules parsed = parse_deal_rules(rules, "test");
  const DealScorer scorer(world, parsed, parse_deal_as_of("2026-01-01"));
  const auto table = concentration_table(scorer, scorer.score_deals());
  EXPECT_EQ(std::get<std::vector<double>>(table[2].values)[0], 100);
  EXPECT_EQ(std::get<std::vector<double>>(table[3].values)[0], 500) << "of no account";
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(table[4].values)[0], 2);
  EXPECT_NEAR(std::get<std::vector<double>>(table[5].values)[0], .3 * .3 + .7 * .7, 1e-15);
  EXPECT_NEAR(std::get<std::vector<double>>(table[6].values)[0], .7, 1e-15);
}

}  // namespace
}  // namespace rolecall
