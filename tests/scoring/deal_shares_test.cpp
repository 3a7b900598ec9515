#include "scoring/deals/shares.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "deal_world.hpp"
#include "scoring/deals/deal_as_of.hpp"
#include "scoring/deals/explain.hpp"
#include "scoring/deals/grades.hpp"
#include "scoring/deals/rules_file.hpp"

namespace rolecall {
namespace {

using testing::DealWorld;
using ::testing::HasSubstr;

DealRules rules_of(const std::string& body) {
  return parse_deal_rules("format = \"rolecall.rules/1\"\nname = \"test\"\n" + body, "rules.toml");
}

// One deal of a large account, and one visit of its one person.
DealWorld one_visit() {
  return {.accounts = {"a"},
          .revenue = {2000},
          .people = {{"p", "a"}},
          .deals = {{.id = "d", .opened = "2026-01-01", .account = "a"}},
          .activities = {{"p", "Visit", "2026-01-01"}}};
}

// The last score of the first deal; the slow way finds the same, and the explanation adds up to it.
double score_of(const DealWorld& world, const std::string& body, const char* as_of) {
  const World made = world.make();
  const DealRules rules = rules_of(body);
  const DealScorer scorer(made, rules, parse_deal_as_of(as_of));
  const RuleScores scores = scorer.score_deals();
  const std::size_t last = scores.names.size() - 1;
  EXPECT_EQ(scores.value(0, last),
            scores_by_reference(made, rules, ScoreLevel::deal, 0, *parse_day(as_of))[last]);
  std::int64_t explained = 0;
  for (const ExplainedLine& line : explain(scorer, DealId{0}))
    if (line.score == last) explained += line.counted;
  EXPECT_EQ(explained, scores.at(0, last));
  return scores.value(0, last);
}

TEST(Shares, AreRoundedToMillionthsHalvesAwayFromZero) {
  constexpr std::int64_t millionth = 1'000'000, finer = 1'000'000'000;
  EXPECT_TRUE(share_of(10'000'000, 250'000, millionth) == 2'500'000);
  EXPECT_TRUE(share_of(5, 500'000, millionth) == 3);
  EXPECT_TRUE(share_of(-5, 500'000, millionth) == -3);
  EXPECT_TRUE(share_of(4, 333'333, millionth) == 1);
  EXPECT_TRUE(share_of(5'000, 500'000, finer) == 3'000);  // 5 millionths of a point
}

TEST(DealScores, PointsFadeStepByStep) {
  const auto after = [](int days, const char* loss) {
    const std::string rules = std::string(
                                  "[[score]]\nname = \"S\"\n[[score.rule]]\n"
                                  "on = { activity = \"Visit\" }\nadd = 10\n"
                                  "decay = { every_days = 30, loss = ") +
                              loss + " }\n";
    return score_of(one_visit(), rules,
                    to_string(*parse_day("2026-01-01") + days_rep{days}).c_str());
  };
  EXPECT_EQ(after(29, "0.25"), 10);
  EXPECT_EQ(after(30, "0.25"), 7.5);
  EXPECT_EQ(after(59, "0.25"), 7.5);
  EXPECT_EQ(after(60, "0.25"), 5.625);
  EXPECT_EQ(after(60, "0.5"), 2.5);
  EXPECT_EQ(after(60, "0.75"), 0.625);
  EXPECT_EQ(after(30, "1"), 0);
  EXPECT_EQ(after(300, "0.25"), 0.563135);  // 10 · 0.75^10 = 0.56313514…
}

TEST(DealScores, FadingPointsCrossThresholds) {
  const World made = one_visit().make();
  const DealRules rules = rules_of(
      "[[score]]\nname = \"S\"\n[[score.rule]]\non = { activity = \"Visit\" }\nadd = 10\n"
      "decay = { every_days = 30, loss = 0.5 }\n[[action]]\n"
      "on = { score = \"S\", crosses = 4, direction = \"down\" }\nnotify = \"owner\"");
  const RuleScores scores = DealScorer(made, rules, parse_deal_as_of("2026-12-31")).score_deals();
  ASSERT_EQ(scores.actions.size(), 1u);
  EXPECT_EQ(to_string(scores.actions[0].day), "2026-03-02");  // 60 days: 2.5
}

// After an activity on the first of January: 30 idle days are free, the next costs 10.
double lost(int days, bool counts_itself, const char* more = "") {
  const std::string rules = std::string("[readings]\nstagnation_counts_itself = ") +
                            (counts_itself ? "true" : "false") +
                            "\n[[score]]\nname = \"S\"\nstart = 100\n[[score.stagnation]]\n"
                            "idle_days = 30\nevery_days = 1\npoints = 10\n" +
                            more;
  return 100 -
         score_of(one_visit(), rules, to_string(*parse_day("2026-01-01") + days_rep{days}).c_str());
}

TEST(DealScores, ALossThatCountsAsAChangeWaitsForTheNextIdleTime) {
  EXPECT_EQ(lost(30, false), 0);
  EXPECT_EQ(lost(31, false), 10);
  EXPECT_EQ(lost(32, false), 20);  // every day from then on
  EXPECT_EQ(lost(62, false), 320);
  EXPECT_EQ(lost(30, true), 0);
  EXPECT_EQ(lost(31, true), 10);
  EXPECT_EQ(lost(32, true), 10);
  EXPECT_EQ(lost(61, true), 10);
  EXPECT_EQ(lost(62, true), 20);  // another 31 days later
}

TEST(DealScores, ALossThatCountsAsAChangeKeepsALongerIdleTimeFromEverBeingReached) {
  const char* const longer =
      "[[score.stagnation]]\nidle_days = 60\nevery_days = 1000\npoints = 1000\n";
  EXPECT_EQ(lost(400, false), 3700);
  const char* const after_90 =
      "[[score.stagnation]]\nidle_days = 90\nevery_days = 1\npoints = 1000\n";
  EXPECT_EQ(lost(91, false, after_90), 610 + 1000);
  EXPECT_EQ(lost(400, true, after_90), 120);  // twelve times 31 days; never 90
  EXPECT_EQ(lost(400, true, longer), 120);
}

TEST(DealScores, AreMultipliedByTheFirstFactorWhoseConditionHolds) {
  const auto score = [](const char* more, const char* day = "2026-01-05") {
    return score_of(one_visit(),
                    std::string("[[score]]\nname = \"S\"\nfactor = 0.5\n") + more +
                        "[[score.rule]]\non = { activity = \"Visit\" }\nadd = 3\n",
                    day);
  };
  EXPECT_EQ(score(""), 1.5);
  const char* const two =
      "[[score.multiplier]]\nwhen = 'account.revenue > 1000'\nfactor = 2.0\n"
      "[[score.multiplier]]\nwhen = 'account.revenue > 10'\nfactor = 1.25\n";
  EXPECT_EQ(score(two), 6);
  EXPECT_EQ(score((std::string("max = 4\n") + two).c_str()), 4);  // limits come afterwards
  const char* const changing =
      "[[score.multiplier]]\nwhen = 'count(\"Visit\", last 3 days) >= 1'\nfactor = 10\n";
  EXPECT_EQ(score(changing, "2026-01-03"), 30);
  EXPECT_EQ(score(changing, "2026-01-04"), 1.5);
}

TEST(Grades, ComeFromThresholdsAndSideBySide) {
  const DealRules rules = rules_of(R"(
    [[score]]
    name = "Other"
    of = "contact"
    [[score]]
    name = "Fit"
    [[score]]
    name = "Interest"
    [[grade]]
    name = "Letter"
    score = "Fit"
    from = { B = 50, A = 75.5 }
    below = "C"
    [[grade]]
    name = "Number"
    score = "Interest"
    from = { 1 = 10 }
    below = "2"
    [[grade]]
    name = "Rating"
    join = ["Letter", "Number"]
  )");
  const auto rating = [&](double fit, double interest) {
    return grade_of(rules, rules.grades[2], std::vector<double>{fit, interest});
  };
  EXPECT_EQ(rating(75.5, 10), "A1");
  EXPECT_EQ(rating(75.4, 10), "B1");
  EXPECT_EQ(rating(50, 9.9), "B2");
  EXPECT_EQ(rating(-1, 0), "C2");
}

TEST(Probabilities, AreLogistic) {
  const DealRules rules = rules_of(
      "[[score]]\nname = \"Log odds\"\n[[probability]]\nname = \"Chance\"\nscore = \"Log odds\"");
  const auto chance = [&](double odds) {
    return probability_of(rules, rules.probabilities[0], std::vector<double>{odds});
  };
  EXPECT_EQ(chance(0), 0.5);
  EXPECT_NEAR(chance(std::log(3)), 0.75, 1e-12);
  EXPECT_NEAR(chance(-800), 0, 1e-12);
}

TEST(DealRulesFile, SaysWhatIsWrongWithSharesAndGrades) {
  const auto refusal = [](const std::string& body) -> std::string {
    try {
      rules_of("[[score]]\nname = \"Fit\"\n" + body);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string rule = "[[score.rule]]\non = { activity = \"x\" }\n";
  EXPECT_THAT(refusal(rule + "add = 1\ndecay = { every_days = 30 }"), HasSubstr("which share"));
  EXPECT_THAT(refusal(rule + "add = 1\ndecay = { loss = 1.5 }"), HasSubstr("loss"));
  EXPECT_THAT(refusal(rule + "add = 1\ndecay = { loss = 0.12345678 }"), HasSubstr("six digits"));
  EXPECT_THAT(refusal(rule + "set = 1\ndecay = { loss = 0.5 }"), HasSubstr("does not fade"));
  EXPECT_THAT(refusal("[[score.multiplier]]\nwhen = 'value > 1'"), HasSubstr("multiplied"));
  EXPECT_THAT(refusal("[[grade]]\nname = \"Fit\"\nscore = \"Fit\"\nfrom = { A = 1 }"),
              HasSubstr("such a column already"));
  EXPECT_THAT(refusal("[[grade]]\nname = \"G\"\nscore = \"Fot\"\nfrom = { A = 1 }"),
              HasSubstr("Did you mean 'Fit'"));
  EXPECT_THAT(refusal("[[grade]]\nname = \"G\"\njoin = [\"H\"]"), HasSubstr("stands above"));
  EXPECT_THAT(refusal("[[grade]]\nname = \"G\"\nscore = \"Fit\"\nfrom = { A = 1, B = 1 }"),
              HasSubstr("same points"));
  EXPECT_THAT(refusal("[[grade]]\nname = \"G\""), HasSubstr("has a score"));
  EXPECT_THAT(refusal("[[probability]]\nname = \"P\"\nof = \"contact\"\nscore = \"Fit\""),
              HasSubstr("no score of contacts"));
}

}  // namespace
}  // namespace rolecall
