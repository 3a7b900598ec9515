#include "scoring/deals/rules_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;

DealRules parse(const std::string& body) {
  return parse_deal_rules("format = \"rolecall.rules/1\"\nname = \"test\"\n" + body, "rules.toml");
}

std::string refusal(const std::string& body) {
  try {
    parse(body);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DealRulesFile, ReadsEveryKey) {
  const DealRules rules = parse(R"(
    competitive = 'account.vendors is not missing'
    [readings]
    static_unlatch = true
    stagnation_rounding = "ceil"
    stagnation_recovers = true
    day_boundary = "Europe/Berlin"
    [[pipeline]]
    name = "New"
    stages = ["A", "B"]
    [[score]]
    name = "S"
    start = 1.5
    min = 0
    max = 100
    contacts = "C"
    [[score.rule]]
    name = "big"
    when = 'value > 1000'
    subtract = 2.5
    expires_days = 30
    [[score.rule]]
    on = { stage = "B", from = "A" }
    reset = true
    [[score.rule]]
    on = { score = "S", crosses = 10, direction = "down" }
    set = 3
    once = true
    [[score.stagnation]]
    idle_days = 10
    every_days = 3
    points = 1
    activities = ["Reply"]
    [[score]]
    name = "C"
    of = "contact"
    [[action]]
    on = { activity = ["Reply", "Visit"], feeds = "newest", pipeline = "New" }
    notify = "owner"
  )");
  EXPECT_TRUE(rules.readings.static_unlatch);
  EXPECT_TRUE(rules.readings.stagnation_recovers);
  EXPECT_TRUE(rules.competitive.has_value());
  ASSERT_EQ(rules.scores.size(), 2u);
  const ScoreRules& score = rules.scores[0];
  EXPECT_EQ(score.start, 1.5);
  EXPECT_EQ(score.rules[0].points, -2.5);
  EXPECT_EQ(score.rules[0].expires_days, 30);
  EXPECT_EQ(score.rules[1].name, "enters stage B from A");
  EXPECT_EQ(score.rules[1].change, PointsRule::Change::set);
  EXPECT_EQ(score.rules[1].points, 0);
  EXPECT_EQ(score.rules[2].occasion.on->direction, Trigger::Direction::down);
  EXPECT_EQ(score.stagnation[0].activities, std::vector<std::string>{"Reply"});
  EXPECT_EQ(rules.actions[0].verb, "notify");
  EXPECT_EQ(rules.actions[0].occasion.on->feeds, Trigger::Feeds::newest);
}

TEST(DealRulesFile, ShowsTheCycleOfSums) {
  const std::string said = refusal(R"(
    [[score]]
    name = "A"
    sum = ["B"]
    [[score]]
    name = "B"
    sum = ["C"]
    [[score]]
    name = "C"
    sum = ["A"]
  )");
  EXPECT_THAT(said, HasSubstr("A → B → C → A"));
  EXPECT_THAT(refusal("[[score]]\nname = \"A\"\nsum = [\"A\"]"), HasSubstr("A → A"));
}

TEST(DealRulesFile, SaysWhatIsWrong) {
  const std::string score = "[[score]]\nname = \"Fit\"\n";
  EXPECT_THAT(refusal(score + "sum = [\"Fot\"]"), HasSubstr("Did you mean 'Fit'"));
  EXPECT_THAT(refusal(score + "strat = 1"), HasSubstr("Did you mean 'start'"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\nwhen = 'value > 1'"),
              HasSubstr("add, subtract, set or reset"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\nwhen = 'value > 1'\nadd = 1\nset = 2"),
              HasSubstr("write two"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\nwhen = 'value > 1'\nset = 2"),
              HasSubstr("A rule without a trigger adds"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\nadd = 2"), HasSubstr("Say when it acts"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\nwhen = 'value >'\nadd = 2"),
              HasSubstr("rules.toml, line 6"));
  EXPECT_THAT(refusal(score + "[[score.rule]]\non = { activty = \"x\" }\nadd = 2"),
              HasSubstr("Did you mean 'activity'"));
  EXPECT_THAT(refusal(score + "of = \"contact\"\n[[score.rule]]\non = { stage = \"x\" }\nadd = 2"),
              HasSubstr("not to contacts"));
  EXPECT_THAT(refusal(score + "contacts = \"Fit\""), HasSubstr("no score of contacts"));
  EXPECT_THAT(refusal(score + "min = 2\nmax = 1"), HasSubstr("below min"));
  EXPECT_THAT(refusal(""), HasSubstr("at least one"));
  EXPECT_THAT(refusal(score + "[[pipeline]]\nname = \"P\"\nstages = [\"Won\"]\n[[action]]\non = { "
                              "stage = \"Wno\" }\nnotify = \"x\""),
              HasSubstr("Did you mean 'Won'"));
}

}  // namespace
}  // namespace rolecall
