#include "scoring/deals/deal_scorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "deal_world.hpp"
#include "scoring/deals/deal_as_of.hpp"
#include "scoring/deals/explain.hpp"
#include "scoring/deals/rules_file.hpp"

namespace rolecall {
namespace {

using testing::DealWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One deal, open since the first of the month, of one person.
DealWorld one_deal() {
  return {.accounts = {"a"},
          .revenue = {2000},
          .people = {{"p", "a"}},
          .deals = {{.id = "d", .opened = "2026-01-01", .stage = "A", .account = "a"}}};
}

DealRules rules_of(const std::string& body) {
  return parse_deal_rules("format = \"rolecall.rules/1\"\nname = \"test\"\n" + body, "rules.toml");
}

RuleScores scores_of(const World& world, const DealRules& rules, const char* as_of) {
  return DealScorer(world, rules, parse_deal_as_of(as_of)).score_deals();
}

// The first score of the first deal.
double score_of(const DealWorld& world, const std::string& body, const char* as_of) {
  const World made = world.make();
  const DealRules rules = rules_of(body);
  const RuleScores scores = scores_of(made, rules, as_of);
  EXPECT_EQ(scores.value(0, 0), scores_by_reference(made, rules, ScoreLevel::deal, scores.rows[0],
                                                    *parse_day(as_of))[0]);
  return scores.value(0, 0);
}

std::vector<std::string> days_of(const RuleScores& scores) {
  std::vector<std::string> days;
  for (const FiredAction& fired : scores.actions) days.push_back(to_string(fired.day));
  return days;
}

const char* const replies = R"(
  [[score]]
  name = "Engagement"
  [[score.rule]]
  on = { activity = "Reply to Sales Email" }
  add = 5
)";

DealWorld three_replies() {
  DealWorld world = one_deal();
  for (const char* day : {"2026-01-02", "2026-01-05", "2026-01-09"})
    world.activities.push_back({"p", "Reply to Sales Email", day});
  return world;
}

TEST(DealScores, StaticRulesAddUp) {  // conformance: 10 + 10 = 20
  const char* const rules = R"(
    [[score]]
    name = "Fit"
    [[score.rule]]
    when = 'account.revenue > 1000'
    add = 10
    [[score.rule]]
    when = 'value = 100'
    add = 10
  )";
  EXPECT_EQ(score_of(one_deal(), rules, "2026-01-01"), 20);
  EXPECT_EQ(score_of(one_deal(), rules, "2026-03-01"), 20);  // once, however often they match
}

TEST(DealScores, DynamicRulesAddEveryTime) {  // conformance: 3 replies of 5 = 15
  EXPECT_EQ(score_of(three_replies(), replies, "2026-01-31"), 15);
  EXPECT_EQ(score_of(three_replies(), replies, "2026-01-05"), 10);
}

TEST(DealScores, StagnationCostsPointsForEveryFullStep) {  // conformance: 85, 80, 100
  const auto idle = [](int days, const char* rounding) {
    const std::string rules = std::string("[readings]\nstagnation_rounding = \"") + rounding +
                              R"("
      [[score]]
      name = "Health"
      start = 100
      [[score.stagnation]]
      idle_days = 14
      every_days = 2
      points = 5
    )";
    DealWorld world = one_deal();
    world.activities.push_back({"p", "Reply to Sales Email", "2026-01-10"});
    return score_of(world, rules, to_string(*parse_day("2026-01-10") + days_rep{days}).c_str());
  };
  EXPECT_EQ(idle(21, "floor"), 85);
  EXPECT_EQ(idle(21, "ceil"), 80);
  EXPECT_EQ(idle(14, "floor"), 100);
  EXPECT_EQ(idle(14, "ceil"), 100);
  EXPECT_EQ(idle(15, "floor"), 100);
  EXPECT_EQ(idle(15, "ceil"), 95);
}

TEST(DealScores, StagnationStaysOrRecovers) {
  const auto after = [](bool recovers) {
    const std::string rules = std::string("[readings]\nstagnation_recovers = ") +
                              (recovers ? "true" : "false") +
                              "\n[[score]]\nname = \"Health\"\nstart = 100\n[[score.stagnation]]\n"
                              "points = 5";
    DealWorld world = one_deal();
    world.activities.push_back({"p", "Visit", "2026-01-22"});  // idle for 21 days until then
    return score_of(world, rules, "2026-01-22");
  };
  EXPECT_EQ(after(false), 85);  // 20 idle days on the day before: three steps
  EXPECT_EQ(after(true), 100);
}

TEST(DealScores, EntriesExpireSoManyDaysAfterTheirAward) {
  const std::string rules = std::string(replies) + "expires_days = 7\n";
  EXPECT_EQ(score_of(three_replies(), rules, "2026-01-08"), 10);
  EXPECT_EQ(score_of(three_replies(), rules, "2026-01-09"), 10);  // the first is gone, one is new
  EXPECT_EQ(score_of(three_replies(), rules, "2026-01-15"), 5);
  EXPECT_EQ(score_of(three_replies(), rules, "2026-01-16"), 0);
}

TEST(DealScores, SetHidesAndResetEmpties) {
  DealWorld world = three_replies();
  world.events = {{"d", "demo", "2026-01-05"}, {"d", "gone silent", "2026-01-20"}};
  const std::string rules = std::string(replies) + R"(
    [[score.rule]]
    on = { event = "demo" }
    set = 50
    expires_days = 3
    [[score.rule]]
    on = { event = "gone silent" }
    reset = true
  )";
  EXPECT_EQ(score_of(world, rules, "2026-01-04"), 5);
  // A date alone comes at midnight, and the events of a deal before what its people did then.
  EXPECT_EQ(score_of(world, rules, "2026-01-05"), 55);
  EXPECT_EQ(score_of(world, rules, "2026-01-08"), 10);  // the set is gone; what it hid is back
  EXPECT_EQ(score_of(world, rules, "2026-01-20"), 0);
}

TEST(DealScores, StaticRulesLatchUnlessTheyAreToUnlatch) {
  const auto score = [](bool unlatch, const char* day) {
    const std::string rules =
        std::string("[readings]\nstatic_unlatch = ") + (unlatch ? "true" : "false") +
        "\n[[score]]\nname = \"Fit\"\n[[score.rule]]\n"
        "when = 'count(\"Reply to Sales Email\", last 3 days) >= 1'\nadd = 10";
    return score_of(three_replies(), rules, day);
  };
  EXPECT_EQ(score(false, "2026-01-01"), 0);
  EXPECT_EQ(score(false, "2026-01-04"), 10);
  EXPECT_EQ(score(false, "2026-01-31"), 10);
  EXPECT_EQ(score(true, "2026-01-08"), 0);
  EXPECT_EQ(score(true, "2026-01-09"), 10);
  EXPECT_EQ(score(true, "2026-01-12"), 0);
}

TEST(DealScores, SumScoresOfDealsAndOfTheirPeople) {
  DealWorld world = three_replies();
  world.people.emplace_back("q", "a");
  world.activities.push_back({"q", "Visit", "2026-01-03", 4});
  const char* const rules = R"(
    [[score]]
    name = "Total"
    sum = ["Fit"]
    contacts = "Lead"
    start = 0.5
    [[score]]
    name = "Fit"
    start = 2
    [[score]]
    name = "Lead"
    of = "contact"
    [[score.rule]]
    on = { activity = "*" }
    add = 1
  )";
  EXPECT_EQ(score_of(world, rules, "2026-01-02"), 3.5);
  EXPECT_EQ(score_of(world, rules, "2026-01-31"), 9.5);
  const World made = world.make();
  const DealRules parsed = rules_of(rules);
  const RuleScores contacts =
      DealScorer(made, parsed, parse_deal_as_of("2026-01-31")).score_contacts();
  EXPECT_EQ(contacts.value(0, 0), 3);
  EXPECT_EQ(contacts.value(1, 0), 4);
}

TEST(DealScores, ThresholdsTriggerOnceOrEveryTime) {
  DealWorld world = one_deal();
  for (const char* day : {"2026-01-02", "2026-01-03", "2026-01-06", "2026-01-08"})
    world.activities.push_back({"p", "Reply to Sales Email", day});
  world.events = {{"d", "gone silent", "2026-01-05"}};
  const std::string rules = std::string(replies) + R"(
    [[score.rule]]
    on = { event = "gone silent" }
    reset = true
    [[action]]
    on = { score = "Engagement", crosses = 10 }
    hand_off = "sales"
    [[action]]
    on = { score = "Engagement", crosses = 10 }
    once = true
    notify = "owner"
    [[action]]
    on = { score = "Engagement", crosses = 10, direction = "down" }
    enter_journey = "win back"
  )";
  const World made = world.make();
  const DealRules parsed = rules_of(rules);
  const RuleScores scores = scores_of(made, parsed, "2026-01-31");
  EXPECT_THAT(days_of(scores), ElementsAre("2026-01-03", "2026-01-03", "2026-01-05", "2026-01-08"));
  EXPECT_EQ(scores.actions[0].action, 0u);
  EXPECT_EQ(scores.actions[1].action, 1u);
  EXPECT_EQ(scores.actions[2].action, 2u);
  EXPECT_EQ(scores.actions[3].action, 0u);
}

TEST(DealScores, ACrossingAddsPointsThatMayCrossAnother) {
  const std::string rules = std::string(replies) + R"(
    [[score]]
    name = "Bonus"
    [[score.rule]]
    on = { score = "Engagement", crosses = 10 }
    add = 30
    [[score.rule]]
    on = { score = "Bonus", crosses = 30 }
    add = 1
  )";
  const World made = three_replies().make();
  const DealRules parsed = rules_of(rules);
  EXPECT_EQ(scores_of(made, parsed, "2026-01-04").value(0, 1), 0);
  EXPECT_EQ(scores_of(made, parsed, "2026-01-05").value(0, 1), 31);
}

TEST(DealScores, StagesAndPipelines) {
  DealWorld world = one_deal();
  world.deals[0].pipeline = "New";
  world.events = {{"d", "stage", "2026-01-01", "A"},
                  {"d", "stage", "2026-01-04", "B"},
                  {"d", "stage", "2026-01-06", "B"},  // no change
                  {"d", "stage", "2026-01-09", "C"}};
  const auto score = [&](const std::string& on) {
    return score_of(world, "[[score]]\nname = \"S\"\n[[score.rule]]\non = { " + on + " }\nadd = 1",
                    "2026-01-31");
  };
  EXPECT_EQ(score("stage = \"B\""), 1);
  EXPECT_EQ(score("stage = \"*\""), 3);
  EXPECT_EQ(score("stage = \"*\", from = \"B\""), 1);
  EXPECT_EQ(score("enters_pipeline = \"New\""), 1);
  EXPECT_EQ(score("event = \"stage\""), 4);
}

TEST(DealScores, ActivitiesFeedEachOpenDealOrTheOneThatTheRuleNames) {
  DealWorld world = three_replies();
  world.deals = {{.id = "d1",
                  .opened = "2026-01-01",
                  .closed = "2026-01-05",
                  .pipeline = "New",
                  .outcome = Outcome::won,
                  .contacts = {"p"}},
                 {.id = "d2", .opened = "2026-01-03", .pipeline = "New", .contacts = {"p"}},
                 {.id = "d3", .opened = "2026-01-04", .pipeline = "Old", .contacts = {"p"}}};
  const World made = world.make();
  const auto scores = [&](const std::string& more) {
    const DealRules rules = rules_of(
        "[[score]]\nname = \"S\"\n[[score.rule]]\non = { activity = \"*\"" + more + " }\nadd = 1");
    const RuleScores found = scores_of(made, rules, "2026-01-31");
    return std::vector<double>{found.value(0, 0), found.value(1, 0), found.value(2, 0)};
  };
  EXPECT_THAT(scores(""), ElementsAre(2, 2, 2));
  EXPECT_THAT(scores(", feeds = \"newest\""), ElementsAre(1, 0, 2));
  EXPECT_THAT(scores(", pipeline = \"New\""), ElementsAre(2, 2, 0));
  EXPECT_THAT(scores(", feeds = \"newest\", pipeline = \"New\""), ElementsAre(1, 2, 0));
}

TEST(DealScores, StandStillOnceTheDealHasClosed) {
  DealWorld world = three_replies();
  world.deals[0].closed = "2026-01-05";
  world.deals[0].outcome = Outcome::lost;
  EXPECT_EQ(score_of(world, std::string(replies) + "expires_days = 5\n", "2026-02-28"), 10);
}

TEST(DealScores, DealsNotYetOpenedHaveNone) {
  const World made = one_deal().make();
  const DealRules rules = rules_of(replies);
  EXPECT_EQ(scores_of(made, rules, "2025-12-31").size(), 0u);
  EXPECT_EQ(scores_of(made, rules, "closed-7d").size(), 0u);
  EXPECT_EQ(scores_of(made, rules, "opened+30d").size(), 1u);
}

TEST(DealScores, LimitsBoundWhatTheLedgerGives) {
  const std::string rules =
      "[[score]]\nname = \"S\"\nmax = 12\n[[score.rule]]\non = { activity = \"*\" }\nadd = 5";
  EXPECT_EQ(score_of(three_replies(), rules, "2026-01-31"), 12);
}

TEST(DealScores, AreExplainedLineByLine) {
  DealWorld world = three_replies();
  world.events = {{"d", "demo", "2026-01-05"}};
  const std::string body = std::string(replies) + R"(
    expires_days = 10
    [[score.rule]]
    name = "Demo given"
    on = { event = "demo" }
    set = 50
  )";
  const World made = world.make();
  const DealRules rules = rules_of(body);
  const DealScorer scorer(made, rules, parse_deal_as_of("2026-01-16"));
  const auto lines = explain(scorer, DealId{0}, parse_day("2026-01-05"));
  ASSERT_EQ(lines.size(), 5u);  // the start, hidden; two replies gone, one there, and the demo
  EXPECT_EQ(lines[1].cause, "Reply to Sales Email of p at 2026-01-02");
  EXPECT_EQ(lines[1].state, ExplainedLine::State::expired);
  EXPECT_EQ(lines[2].rule, "Demo given");
  EXPECT_EQ(lines[2].change, "= 50");
  EXPECT_EQ(lines[3].before - lines[3].counted, 5);  // the second reply expired
  EXPECT_EQ(lines[4].counted - lines[4].before, 5);  // the third came
}

TEST(DealScores, NoticeWhenWholeNumbersDoNotHoldThePoints) {
  DealWorld world = one_deal();
  world.activities.push_back(
      {"p", "Reply to Sales Email", "2026-01-02", 1'000'000'000'000'000'000});
  const World made = world.make();
  const DealRules rules = rules_of(replies);
  try {
    scores_of(made, rules, "2026-01-31");
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'d'"));
    EXPECT_THAT(error.what(), HasSubstr("62 bits"));
  }
}

// What is explained adds up to the scores, on the day and on the earlier one.
void expect_explained(const DealScorer& scorer, DealId deal, const LedgerTrace& trace) {
  const std::size_t columns = scorer.rules().deals.scores.size();
  for (std::size_t i = 0; i < trace.days.size(); ++i) {
    std::vector<std::int64_t> counted(columns, 0), before(columns, 0);
    for (const ExplainedLine& line : explain(scorer, deal, trace.days[i])) {
      counted[line.score] += line.counted;
      before[line.score] += line.before;
    }
    for (std::size_t s = 0; s < columns; ++s) {
      EXPECT_EQ(counted[s], trace.values[trace.values.size() - columns + s]);
      EXPECT_EQ(before[s], trace.values[i * columns + s]) << to_string(trace.days[i]);
    }
  }
}

void expect_as_the_reference(std::uint64_t seed) {
  const std::string text = testing::random_deal_rules(seed);
  SCOPED_TRACE(::testing::Message() << "seed " << seed << "\n" << text);
  const World world = testing::random_deal_world(seed);
  const DealRules rules = parse_deal_rules(text, "random");
  const Day as_of = *parse_day("2026-03-01") + days_rep{static_cast<int>(seed % 40)};
  const DealScorer scorer(world, rules, {.date = as_of});
  const RuleScores deals = scorer.score_deals();
  std::vector<FiredAction> want_actions;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    std::vector<FiredAction> actions;
    const auto want =
        scores_by_reference(world, rules, ScoreLevel::deal, deals.rows[i], as_of, &actions);
    for (std::size_t s = 0; s < want.size(); ++s)
      EXPECT_EQ(deals.value(i, s), want[s])
          << world.deals.ids[deals.rows[i]] << " " << deals.names[s];
    want_actions.insert(want_actions.end(), actions.begin(), actions.end());
    // What is traced day by day ends in the same scores.
    const LedgerTrace trace = scorer.trace(DealId{deals.rows[i]});
    for (std::size_t s = 0; s < want.size(); ++s)
      EXPECT_EQ(trace.values[trace.values.size() - want.size() + s], deals.at(i, s));
    expect_explained(scorer, DealId{deals.rows[i]}, trace);
  }
  ASSERT_EQ(deals.actions.size(), want_actions.size());
  for (std::size_t i = 0; i < want_actions.size(); ++i) {
    EXPECT_EQ(deals.actions[i].owner, want_actions[i].owner);
    EXPECT_EQ(deals.actions[i].action, want_actions[i].action);
    EXPECT_EQ(deals.actions[i].day, want_actions[i].day);
    EXPECT_EQ(deals.actions[i].cause.row, want_actions[i].cause.row);
  }
  const RuleScores contacts = scorer.score_contacts();
  for (std::size_t p = 0; p < contacts.size(); ++p) {
    const auto want =
        scores_by_reference(world, rules, ScoreLevel::contact, contacts.rows[p], as_of);
    for (std::size_t s = 0; s < want.size(); ++s) EXPECT_EQ(contacts.value(p, s), want[s]);
  }
}

TEST(DealScores, AgreeWithTheReferenceOnRandomWorlds) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    expect_as_the_reference(seed);
    if (HasFailure()) break;
  }
}

TEST(DealScores, AreTheSameBitsForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const World world = testing::random_deal_world(seed);
    const DealRules rules = parse_deal_rules(testing::random_deal_rules(seed), "random");
    std::vector<std::int64_t> first;
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const parallel::ThreadLimit limit(threads);
      const RuleScores scores = scores_of(world, rules, "2026-03-20");
      if (threads == 1) first = scores.units;
      EXPECT_EQ(scores.units, first) << "seed " << seed << ", threads " << threads;
    }
  }
}

}  // namespace
}  // namespace rolecall
