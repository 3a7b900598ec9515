// Two arms are the same world until something is done differently in one of them.
#include <gtest/gtest.h>

#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using testing::Event;

std::vector<Event> events_of_kinds(const Snapshot& snapshot, std::initializer_list<EventKind> kinds,
                                   std::int32_t until = never) {
  std::vector<Event> some;
  for (const Event& e : testing::events_of(snapshot))
    if (std::ranges::find(kinds, e.kind) != kinds.end() && e.day <= until) some.push_back(e);
  return some;
}

const std::vector<std::vector<std::string>> arms{
    {"hand_off.by = 'none'"},
    {"hand_off.by = 'score'", "hand_off.threshold = 30"},
    {"hand_off.by = 'random'", "sales.finds_contact = 0.5"},
    {"hand_off.by = 'none'", "outreach.to = 'none'"},
    {"outreach.to = 'score'", "outreach.threshold = 20", "enrichment.people_a_day = 5"},
    {"paid_social.enabled = true", "paid_social.minimum = 0", "deal.intent_days = 3"}};

TEST(CommonRandomNumbers, GiveAllArmsThePeopleAndAccountsOfOneWorld) {
  std::vector<Snapshot> runs;
  for (auto set : arms) {
    set.emplace_back("population.reparenting = 1");
    set.emplace_back("population.title_changes = 0.8");
    runs.push_back(testing::run_through(testing::small_scenario(set), 6));
  }
  const auto fate = {EventKind::hired, EventKind::left, EventKind::promoted, EventKind::reparented};
  const std::vector<Event> first = events_of_kinds(runs[0], fate);
  for (const EventKind kind : fate) EXPECT_GT(testing::of_kind(first, kind).size(), 10u);
  for (const Snapshot& run : runs) EXPECT_EQ(events_of_kinds(run, fate), first);
}

TEST(CommonRandomNumbers, KeepArmsTheSameThroughTheBurnIn) {
  std::vector<Snapshot> evenings;
  for (const auto& set : arms) {
    const Scenario scenario = testing::small_scenario(set);
    Simulation simulation(scenario, 7);
    while (simulation.done() < scenario.run.burn_in) simulation.step();
    evenings.push_back(simulation.save());
  }
  for (const Snapshot& evening : evenings) testing::expect_equal(evening, evenings[0]);
  EXPECT_GT(testing::of_kind(testing::events_of(evenings[0]), EventKind::buyer_stage).size(), 20u);
}

// Buyers feel a hand-off when sales takes the group on, and not before.
TEST(CommonRandomNumbers, KeepBuyersTheSameUntilSalesTalksToThem) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Snapshot none = testing::run_through(testing::small_scenario(arms[0]), seed);
    const Snapshot handed = testing::run_through(testing::small_scenario(arms[1]), seed);
    std::int32_t first = never;
    for (const Event& e : events_of_kinds(handed, {EventKind::funnel}))
      if (e.to == static_cast<std::uint8_t>(Funnel::consideration)) first = std::min(first, e.day);
    ASSERT_NE(first, never);
    const auto buyers = {EventKind::buyer_stage, EventKind::competitor};
    const auto known = {EventKind::known};
    EXPECT_EQ(events_of_kinds(none, buyers, first), events_of_kinds(handed, buyers, first));
    EXPECT_EQ(events_of_kinds(none, known, first - 1), events_of_kinds(handed, known, first - 1));
    EXPECT_NE(events_of_kinds(none, buyers), events_of_kinds(handed, buyers));
    const auto log_until = [&](const Snapshot& run) {
      const auto& begin = testing::column<std::uint64_t>(run, "log/day_begin");
      const auto& times = testing::column<std::int64_t>(run, "log/time");
      const auto rows = static_cast<std::ptrdiff_t>(begin[static_cast<std::size_t>(first) + 1]);
      return std::vector(times.begin(), times.begin() + rows);
    };
    EXPECT_EQ(log_until(none), log_until(handed));
  }
}

// Messages reach buyers by what they add to their rates, and by nothing else.
TEST(CommonRandomNumbers, KeepBuyersTheSameWhenMessagesHaveNoEffect) {
  std::vector<Snapshot> runs;
  for (const char* to : {"none", "everyone", "random"})
    runs.push_back(testing::run_through(
        testing::small_scenario({"hand_off.by = 'none'", "market.demand_lift = 0",
                                 "buyers.inbound_effect = 0", "buyers.outbound_effect = 0",
                                 "outreach.threshold = 10",
                                 std::string("outreach.to = '") + to + "'"}),
        3));
  const auto buyers = {EventKind::buyer_stage, EventKind::competitor};
  EXPECT_GT(events_of_kinds(runs[0], buyers).size(), 200u);
  for (const Snapshot& run : runs)
    EXPECT_EQ(events_of_kinds(run, buyers), events_of_kinds(runs[0], buyers));
  const auto mails = [](const Snapshot& run) {
    double sum = 0;
    for (std::size_t d = 0; d < testing::column<double>(run, "panel").size() / figures; ++d)
      sum += testing::figure(run, d, Figure::mails);
    return sum;
  };
  EXPECT_EQ(mails(runs[0]), 0);
  EXPECT_GT(mails(runs[1]), mails(runs[2]));
  EXPECT_GT(mails(runs[2]), 0);
}

// And contacts make demand, when they have an effect.
TEST(CommonRandomNumbers, ShowWhatOutreachAddsToDemand) {
  double without = 0, with = 0;
  const auto problems = [](const char* to) {
    const Snapshot run = testing::run_through(
        testing::small_scenario({"hand_off.by = 'none'", "market.demand_lift = 5",
                                 "email.every_days = 5", "market.rest_lost = 20",
                                 "limits.messages = 9", std::string("outreach.to = '") + to + "'"}),
        3);
    double sum = 0;
    for (const std::uint16_t n : testing::column<std::uint16_t>(run, "groups/problems")) sum += n;
    return sum;
  };
  without = problems("none");
  with = problems("everyone");
  EXPECT_GT(with, without * 1.2);
}

// Prices change what things cost, and nothing else.
TEST(CommonRandomNumbers, KeepWhatHappensWhenPricesChange) {
  Snapshot cheap = testing::run_through(testing::small_scenario(), 5);
  Snapshot dear = testing::run_through(
      testing::small_scenario({"email.price = 7", "chat.price = 80", "sales.price_per_hour = 900"}),
      5);
  const auto spend_of = [](Snapshot& run) {
    auto& panel = std::get<std::vector<double>>(
        std::ranges::find(run, "panel", &SnapshotColumn::name)->values);
    double sum = 0;
    for (std::size_t d = 0; d < panel.size() / figures; ++d)
      sum +=
          std::exchange(panel[d * figures + static_cast<std::size_t>(Figure::spend_messages)], 0.);
    return sum;
  };
  EXPECT_LT(spend_of(cheap), spend_of(dear));
  testing::expect_equal(cheap, dear);
}

// Not to write to anybody is the same as to write to those whom nobody is.
TEST(CommonRandomNumbers, AreTheSameForOutreachToNobodyAndForNone) {
  const auto run = [](const char* to) {
    return testing::run_through(
        testing::small_scenario({to, "outreach.threshold = 1e12", "outreach.retargeting = false",
                                 "chat.engages = 0", "run.days = 120"}),
        3);
  };
  testing::expect_equal(run("outreach.to = 'none'"), run("outreach.to = 'score'"));
}

}  // namespace
}  // namespace rolecall::sim
