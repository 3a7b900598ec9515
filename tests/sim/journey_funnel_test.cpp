// The buyers' clock and the seller's are two: what DOMAIN calls the four scenarios, read off the
// events.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/seller/pipeline.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using testing::Event;

struct Scenes {
  std::size_t problem_in_intent = 0;       // (1,D): no buyer is further
  std::size_t selection_in_awareness = 0;  // (4,A)
  std::size_t consensus_lost = 0;          // (6,E → lost)
  std::size_t abandoned_then_won = 0;      // (5,D → won after it was abandoned)
};

Scenes scenes_of(const Snapshot& run) {
  std::map<std::uint32_t, std::map<std::uint32_t, std::uint8_t>> stages;  // group, person
  std::map<std::uint32_t, Funnel> funnel;
  std::map<std::uint32_t, std::set<std::uint8_t>> since_move;  // stages of buyers in this state
  std::set<std::uint32_t> problems, selections, abandoned, rewon;
  Scenes scenes;
  std::set<std::pair<std::uint32_t, std::int32_t>> given_up;  // group, day
  const auto& of = testing::column<std::uint32_t>(run, "deals/group");
  for (std::size_t d = 0; d < of.size(); ++d)
    if (testing::column<std::uint8_t>(run, "deals/reason")[d] ==
        static_cast<std::uint8_t>(LossReason::abandoned))
      given_up.emplace(of[d], testing::column<std::int32_t>(run, "deals/closed")[d]);
  for (const Event& e : testing::events_of(run)) {
    if (e.kind == EventKind::buyer_stage) {
      stages[e.group][e.person] = e.to;
      since_move[e.group].insert(e.to);
    } else if (e.kind == EventKind::funnel) {
      const auto to = static_cast<Funnel>(e.to);
      const std::set<std::uint8_t>& seen = since_move[e.group];
      if (to == Funnel::lost) {
        scenes.consensus_lost += funnel[e.group] == Funnel::evaluation && seen.contains(6);
        if (funnel[e.group] == Funnel::intent && seen.contains(5) &&
            given_up.contains({e.group, e.day}))
          abandoned.insert(e.group);
      }
      if (to == Funnel::purchase && abandoned.contains(e.group)) rewon.insert(e.group);
      funnel[e.group] = to;
      since_move[e.group].clear();
      for (const auto& [person, stage] : stages[e.group]) since_move[e.group].insert(stage);
    } else {
      continue;
    }
    std::uint8_t highest = 0;
    for (const auto& [person, stage] : stages[e.group]) highest = std::max(highest, stage);
    if (funnel[e.group] == Funnel::intent && highest == 1) problems.insert(e.group);
    if (funnel[e.group] == Funnel::awareness && highest == 4) selections.insert(e.group);
  }
  scenes.problem_in_intent = problems.size();
  scenes.selection_in_awareness = selections.size();
  scenes.abandoned_then_won = rewon.size();
  return scenes;
}

TEST(JourneyAndFunnel, ComeToTheFourScenariosOfTheDomain) {
  const Scenario scenario = testing::small_scenario(
      {"run.days = 700", "world.size.accounts = 120", "world.size.people = 1200",
       "population.known = 0.35", "hand_off.by = 'random'", "hand_off.random_share = 0.05",
       "hand_off.cool_down = 10", "sales.reps = 40", "sales.discovery_days = 4",
       "deal.intent_days = 40", "deal.evaluation_days = 15", "deal.abandon_days = 8",
       "deal.consensus = 0.2", "deal.veto = 0.05", "deal.veto_unknown = 0.08",
       "market.rest_lost = 5", "market.entries = 4", "market.contagion_days = 40",
       "buyers.dwell_days = [6, 6, 6, 6, 8, 15]"});
  const Scenes scenes = scenes_of(testing::run_through(scenario, 1));
  EXPECT_GT(scenes.problem_in_intent, 5u);
  EXPECT_GT(scenes.selection_in_awareness, 5u);
  EXPECT_GT(scenes.consensus_lost, 5u);
  EXPECT_GT(scenes.abandoned_then_won, 1u);
  RecordProperty("problem_in_intent", static_cast<int>(scenes.problem_in_intent));
  RecordProperty("selection_in_awareness", static_cast<int>(scenes.selection_in_awareness));
  RecordProperty("consensus_lost", static_cast<int>(scenes.consensus_lost));
  RecordProperty("abandoned_then_won", static_cast<int>(scenes.abandoned_then_won));
}

// Groups move in their stage model as it allows; other wishes are counted, and change nothing.
TEST(StageModel, AllowsEveryMoveOfARun) {
  const Scenario scenario = testing::small_scenario(
      {"run.days = 300", "hand_off.by = 'intent'", "deal.intent_days = 5",
       "deal.evaluation_days = 5", "deal.consensus = 0.1", "deal.veto = 0", "market.rest_won = 5",
       "hand_off.cool_down = 1", "sales.discovery_days = 1",
       "buyers.dwell_days = [3, 3, 3, 3, 9, 9]"});
  const Playbook playbook = playbook_of(scenario);
  const Cast cast = testing::cast_of(scenario, 4);
  const Snapshot run = testing::run_through(scenario, 4);
  std::vector<std::uint8_t> stage(cast.groups(), 0);
  std::size_t moves = 0, wins = 0;
  for (const Event& e : testing::of_kind(testing::events_of(run), EventKind::group_stage)) {
    const SolutionInterest* interest =
        playbook.interest(cast.world.solutions[cast.world.groups.solutions[e.group].index()]);
    ASSERT_NE(interest, nullptr);
    const StageModel* model = playbook.stage_model(interest->stage_model);
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(stage[e.group], e.from);
    EXPECT_TRUE(model->allows(e.from, e.to))
        << model->stages[e.from] << " to " << model->stages[e.to];
    stage[e.group] = e.to;
    wins += e.to == model->success;
    ++moves;
  }
  EXPECT_EQ(stage, testing::column<std::uint8_t>(run, "groups/stage"));
  EXPECT_GT(moves, 100u);
  EXPECT_GT(wins, 0u);
}

TEST(StageModel, CountsWishesThatItRefuses) {
  const Scenario scenario = testing::small_scenario(
      {"hand_off.by = 'none'", "run.burn_in = 0", "run.days = 1",
       "journey = [{ name = 'Wish', node = [{ id = 'w', kind = 'action', actions = "
       "[{ do = 'set_stage', stage = 'Won' }] }] }]"});
  const Snapshot run = testing::run_through(scenario, 4);
  double made = 0;
  for (const std::int32_t day : testing::column<std::int32_t>(run, "groups/created"))
    made += day >= 0;
  EXPECT_GT(made, 0);
  EXPECT_EQ(testing::figure(run, 0, Figure::refused_moves), made);
  for (const Event& e : testing::of_kind(testing::events_of(run), EventKind::group_stage))
    EXPECT_NE(e.to, 5) << "nobody has won";
}

// What a journey does to a group is seen by the next condition of the same day.
TEST(JourneyConditions, SeeWhatJourneysHaveDone) {
  const Scenario scenario = testing::small_scenario(
      {"hand_off.by = 'none'", "run.burn_in = 0", "run.days = 1",
       "journey = [{ name = 'Heat', node = ["
       "{ id = 'heat', kind = 'action', actions = [{ do = 'set_status', status = 'Hot' }, "
       "{ do = 'adjust_score', points = 1000 }], next = 'split' },"
       "{ id = 'split', kind = 'split_groups', paths = ["
       "{ where = 'status = \"Hot\" and engagement >= 1000', next = 'hot' }] },"
       "{ id = 'hot', kind = 'action', actions = [{ do = 'set_stage', stage = 'Qualified' }] }]"
       "}]"});
  const Snapshot run = testing::run_through(scenario, 4);
  std::uint64_t made = 0;
  for (const std::int32_t day : testing::column<std::int32_t>(run, "groups/created"))
    made += day >= 0;
  EXPECT_GT(made, 0u);
  const auto& visits = testing::column<std::uint64_t>(run, "journeys/visits");
  EXPECT_EQ(visits, (std::vector<std::uint64_t>{made, made, made}));
}

// A paid destination serves an audience of which it found enough people, and not one less.
TEST(PaidDestination, ServesTheLeastNumberOfPeople) {
  const auto run_with = [](std::size_t minimum) {
    return testing::run_through(
        testing::small_scenario({"run.days = 60", "run.burn_in = 20", "paid_social.enabled = true",
                                 "paid_social.missing_roles_only = false",
                                 "paid_social.flow_days = 365", "paid_social.leads = 0.2",
                                 "paid_social.minimum = " + std::to_string(minimum)}),
        2);
  };
  const auto total = [](const Snapshot& run, Figure which) {
    double sum = 0;
    for (std::size_t d = 0; d < 80; ++d) sum += testing::figure(run, d, which);
    return sum;
  };
  const Snapshot any = run_with(0);
  const double matched =
      total(any, Figure::matched_by_name) + total(any, Figure::matched_with_domain);
  ASSERT_GT(matched, 20);
  EXPECT_LT(matched, total(any, Figure::sent_by_name) + total(any, Figure::sent_with_domain));
  EXPECT_GT(total(any, Figure::leads_paid_social), 0);
  testing::expect_equal(run_with(static_cast<std::size_t>(matched)), any);
  const Snapshot none = run_with(static_cast<std::size_t>(matched) + 1);
  EXPECT_EQ(total(none, Figure::leads_paid_social), 0);
  EXPECT_EQ(total(none, Figure::spend_leads), 0);
  for (const std::int32_t until : testing::column<std::int32_t>(none, "people/served_until"))
    EXPECT_LT(until, 0);
}

}  // namespace
}  // namespace rolecall::sim
