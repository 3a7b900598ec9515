#include <gtest/gtest.h>

#include <random>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "results/digest.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

// Of more than one block of people (4096) and of groups (512).
Scenario wide_scenario() {
  return testing::small_scenario({"run.days = 40", "run.burn_in = 30", "world.size.accounts = 700",
                                  "world.size.people = 9000", "paid_social.enabled = true",
                                  "paid_social.minimum = 5", "enrichment.people_a_day = 4",
                                  "deal.intent_days = 3", "deal.evaluation_days = 3"});
}

void expect_equal(const RunResult& a, const RunResult& b) {
  EXPECT_TRUE(testing::same_bits(a.kpis, b.kpis));
  ASSERT_EQ(a.tables.size(), b.tables.size());
  for (std::size_t t = 0; t < a.tables.size(); ++t) {
    ASSERT_EQ(a.tables[t].columns.size(), b.tables[t].columns.size());
    for (std::size_t c = 0; c < a.tables[t].columns.size(); ++c) {
      const TableColumn& x = a.tables[t].columns[c];
      const TableColumn& y = b.tables[t].columns[c];
      SCOPED_TRACE(a.tables[t].name + "/" + x.name);
      ASSERT_EQ(x.values.index(), y.values.index());
      if (const auto* reals = std::get_if<std::vector<double>>(&x.values))
        EXPECT_TRUE(testing::same_bits(*reals, std::get<std::vector<double>>(y.values)));
      else
        EXPECT_TRUE(x.values == y.values);
    }
  }
}

TEST(Simulation, GivesTheSameBitsForAnyThreads) {
  Scenario scenario = wide_scenario();
  scenario.journeys = load_scenario("nurture").journeys;
  Snapshot first;
  RunResult result;
  std::string world;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    SCOPED_TRACE(threads);
    const parallel::ThreadLimit limit(threads);
    Simulation simulation(scenario, 11);
    while (simulation.done() < simulation.days()) simulation.step();
    if (threads == 1) {
      first = simulation.save();
      result = simulation.result();
      world = content_digest(simulation.world());
      EXPECT_GT(testing::events_of(first).size(), 1000u);
      continue;
    }
    testing::expect_equal(simulation.save(), first);
    expect_equal(simulation.result(), result);
    EXPECT_EQ(content_digest(simulation.world()), world);
  }
}

// From some moments on another simulation goes on in its place.
TEST(Simulation, GoesOnFromASnapshotAsIfNothingHadBeen) {
  std::mt19937_64 bits(5);
  const std::vector<std::vector<std::string>> policies{
      {},
      {"paid_social.enabled = true", "paid_social.minimum = 5", "enrichment.people_a_day = 2",
       "population.reparenting = 2", "sales.finds_contact = 0.3"},
      {"outreach.to = 'score'", "outreach.threshold = 40", "hand_off.by = 'both'",
       "hand_off.completeness = 20", "population.leavers = 1"},
      {"hand_off.by = 'random'", "sales.reps = 2", "limits.messages = 1"}};
  for (std::size_t i = 0; i < policies.size(); ++i) {
    SCOPED_TRACE(i);
    Scenario scenario = testing::small_scenario(policies[i]);
    if (i == 0) scenario.journeys = load_scenario("nurture").journeys;
    Simulation whole(scenario, i);
    auto part = std::make_unique<Simulation>(scenario, i);
    while (whole.done() < whole.days()) {
      whole.step();
      part->step();
      if (bits() % 60 != 0 && whole.done() != 1) continue;
      const Snapshot snapshot = part->save();
      part = std::make_unique<Simulation>(scenario, i);
      // Whatever it did before is forgotten.
      for (std::size_t days = bits() % 4; days > 0; --days) part->step();
      part->restore(snapshot);
      EXPECT_EQ(part->done(), whole.done());
      testing::expect_equal(part->save(), snapshot);
    }
    testing::expect_equal(part->save(), whole.save());
    expect_equal(part->result(), whole.result());
    EXPECT_EQ(content_digest(part->world()), content_digest(whole.world()));
  }
}

TEST(Simulation, RestoresTheStateBeforeTheFirstDay) {
  const Scenario scenario = testing::small_scenario({"run.days = 20", "run.burn_in = 5"});
  const Snapshot before = Simulation(scenario, 3).save();
  Simulation again(scenario, 3);
  for (int i = 0; i < 10; ++i) again.step();
  again.restore(before);
  EXPECT_EQ(again.done(), 0u);
  while (again.done() < again.days()) again.step();
  testing::expect_equal(again.save(), testing::run_through(scenario, 3));
}

TEST(Simulation, RefusesSnapshotsOfOthersAndStaysAsItWas) {
  const Scenario scenario = testing::small_scenario({"run.days = 20"});
  const Scenario other = testing::small_scenario({"run.days = 20", "world.size.people = 801"});
  Simulation simulation(scenario, 1);
  for (int i = 0; i < 12; ++i) simulation.step();
  const Snapshot now = simulation.save();
  const auto expect_refused = [&](const Snapshot& snapshot, const std::string& why) {
    EXPECT_THROW(simulation.restore(snapshot), InputError) << why;
    testing::expect_equal(simulation.save(), now);
  };
  expect_refused(Simulation(other, 1).save(), "other people");
  expect_refused({}, "nothing");
  for (std::size_t i = 0; i < now.size(); ++i) {
    Snapshot damaged = now;
    damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(i));
    expect_refused(damaged, now[i].name + " is not there");
  }
  Snapshot seats = now;
  std::get<std::vector<std::uint8_t>>(
      std::ranges::find(seats, "seats/stage", &SnapshotColumn::name)->values)
      .pop_back();
  expect_refused(seats, "a seat is not there");
  Snapshot late = now;
  std::get<std::vector<std::int32_t>>(late.front().values) = {13};
  expect_refused(late, "a day is not there");
}

TEST(Simulation, OfAnotherSeedIsAnotherWorld) {
  const Scenario scenario = testing::small_scenario({"run.days = 20", "run.burn_in = 10"});
  EXPECT_NE(testing::column<std::int64_t>(testing::run_through(scenario, 1), "log/time"),
            testing::column<std::int64_t>(testing::run_through(scenario, 2), "log/time"));
}

}  // namespace
}  // namespace rolecall::sim
