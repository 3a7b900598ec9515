#include "sim/journeys/journey_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "journey_text.hpp"
#include "keyed_host.hpp"
#include "random_journeys.hpp"
#include "slow_journeys.hpp"

namespace rolecall::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Day day(int n) { return Day(days_rep(20'514 + n)); }  // 2026-03-02, a Monday, and later ones

// Copies the state column by column, as a snapshot does.
void restore(const JourneyRun& from, JourneyRun& to) {
  std::vector<std::string> names;
  std::vector<const void*> columns;
  for_each_column(from.state(), [&](const char* name, const auto& column) {
    names.emplace_back(name);
    columns.push_back(&column);
  });
  std::size_t next = 0;
  for_each_column(to.state(), [&]<class Column>(const char* name, Column& column) {
    EXPECT_EQ(names[next], name);
    column = *static_cast<const Column*>(columns[next++]);
  });
  EXPECT_EQ(from.state(), to.state());
}

TEST(JourneyRun, MovesAsOneTravellerAtATimeWould) {
  std::size_t acts = 0, listened = 0, returned = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    std::mt19937_64 bits(seed);
    const std::vector<Journey> journeys = random_journeys(bits);
    const auto groups = static_cast<std::uint32_t>(1 + bits() % 30);
    KeyedHost host(seed, groups), slow_host(seed, groups);
    auto run = std::make_unique<JourneyRun>(journeys);
    SlowJourneys slow(journeys);
    for (int d = 0; d < 40; ++d) {
      host.begin(day(d));
      slow_host.begin(day(d));
      run->run_day(day(d), host.existing(), host);
      slow.run_day(day(d), slow_host.existing(), slow_host);
      ASSERT_EQ(host.log, slow_host.log) << to_toml(journeys) << "seed " << seed << ", day " << d;
      if (bits() % 4 == 0) {
        auto restored = std::make_unique<JourneyRun>(journeys);
        restore(*run, *restored);
        run = std::move(restored);
      }
    }
    acts += host.log.size();
    for (const auto& [who, traveller] : slow.travellers()) {
      const std::size_t slot = who.second * journeys.size() + who.first;
      ASSERT_EQ(run->state().entries[slot], traveller.entries);
      returned += traveller.entries > 1;
    }
    for (std::uint32_t p = 0; p < run->places().size(); ++p) {
      const auto& place = run->places()[p];
      const NodeIndex n = p - run->first_place(place.journey);
      const bool listens = std::holds_alternative<node::Listen>(place.node->kind);
      ASSERT_EQ(run->state().visits[p], slow.visits(place.journey, n)) << to_toml(journeys);
      if (listens) listened += run->state().visits[p];
    }
  }
  EXPECT_GT(acts, 20'000u);
  EXPECT_GT(listened, 2'000u);
  EXPECT_GT(returned, 500u);
}

TEST(JourneyRun, NobodyIsLost) {
  std::mt19937_64 bits(77);
  for (int round = 0; round < 20; ++round) {
    const std::vector<Journey> journeys = random_journeys(bits);
    KeyedHost host(bits(), 40);
    JourneyRun run(journeys);
    for (int d = 0; d < 30; ++d) {
      host.begin(day(d));
      run.run_day(day(d), host.existing(), host);
      std::vector<std::uint64_t> inside(journeys.size());
      for (std::size_t s = 0; s < run.state().node.size(); ++s) {
        if (run.state().node[s] == JourneyState::outside) continue;
        ++inside[s % journeys.size()];
        EXPECT_EQ(run.places()[run.state().node[s]].journey, s % journeys.size());
        EXPECT_GE(Moment(std::chrono::seconds(run.state().moment[s])),
                  Moment(day(d)) + std::chrono::days(1));
      }
      for (std::size_t j = 0; j < journeys.size(); ++j)
        EXPECT_EQ(inside[j], run.state().entered[j] - run.state().left[j]);
    }
  }
}

// A host of a few groups of no people, with activities as given.
class PlainHost : public JourneyHost {
 public:
  std::vector<std::pair<Moment, std::string>> activities;  // of every group
  std::vector<std::string> log;
  std::size_t questions = 0;

  std::vector<std::uint32_t> matching_groups(const Predicate& where, Rows groups) override {
    ++questions;
    if (where.text() == "false") return {};
    return {groups.begin(), groups.end()};
  }
  std::vector<std::uint32_t> matching_people(const Predicate&, Rows people) override {
    ++questions;
    return {people.begin(), people.end()};
  }
  std::vector<std::uint32_t> people(std::uint32_t group, Among) override {
    return {2 * group, 2 * group + 1, 1000};
  }
  std::vector<std::optional<Moment>> heard(const node::Listen& node,
                                           std::span<const Listener> listeners) override {
    ++questions;
    std::vector<std::optional<Moment>> moments;
    for (const Listener& one : listeners) {
      moments.emplace_back();
      for (const auto& [at, type] : activities)
        if (type == node.types.front() && at > one.since && at <= one.until)
          moments.back() = moments.back().value_or(at);
    }
    return moments;
  }
  std::vector<std::uint64_t> lots(std::uint32_t, Rows people, const JourneyNode&, Moment) override {
    return std::vector<std::uint64_t>(people.size());
  }
  void act(const Action& action, std::uint32_t, Rows, Moment at) override {
    const auto from = at - Moment(day(0));
    log.push_back(action.name + " " +
                  std::to_string(std::chrono::duration_cast<std::chrono::hours>(from).count()));
  }
};

std::vector<std::string> log_of(const std::string& text, int days, PlainHost host = {},
                                std::vector<std::uint32_t> groups = {0}) {
  const std::vector<Journey> journeys = parse_journeys(text);
  JourneyRun run(journeys);
  for (int d = 0; d < days; ++d) run.run_day(day(d), groups, host);
  return host.log;
}

std::string stage(const std::string& id, const std::string& rest = "") {
  return "[[journey.node]]\nid = \"" + id +
         "\"\nkind = \"action\"\nactions = [{ do = \"set_stage\", stage = \"" + id + "\" }]\n" +
         rest;
}

TEST(JourneyRun, WaitsAndListens) {
  const std::string text =
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"wait\"\nkind = \"wait\"\nuntil = \"9:00, Tuesday\"\nnext = "
      "\"A\"\n" +
      stage("A", "next = \"listen\"\n") +
      "[[journey.node]]\nid = \"listen\"\nkind = \"listen\"\nactivities = [\"Visit\"]\n"
      "timeout_days = 2\nthen = \"B\"\ntimeout = \"C\"\n" +
      stage("B") + stage("C");
  const auto at = [](int hours) { return Moment(day(0)) + std::chrono::hours(hours); };
  EXPECT_THAT(log_of(text, 9), ElementsAre("A 33", "C 81"));
  PlainHost host;
  host.activities = {{at(33), "Visit"}, {at(34), "Other"}, {at(50), "Visit"}, {at(51), "Visit"}};
  EXPECT_THAT(log_of(text, 9, host), ElementsAre("A 33", "B 50"));
  host.activities = {{at(81), "Visit"}};
  EXPECT_THAT(log_of(text, 9, host), ElementsAre("A 33", "B 81")) << "just in time";
  host.activities = {{at(82), "Visit"}};
  EXPECT_THAT(log_of(text, 9, host), ElementsAre("A 33", "C 81"));
}

TEST(JourneyRun, NobodyGoesOnBeforeNow) {
  const std::vector<Journey> journeys = parse_journeys(
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"listen\"\nkind = \"listen\"\nactivities = [\"Visit\"]\n"
      "timeout_days = 9\nthen = \"A\"\n" +
      stage("A"));
  JourneyRun run(journeys);
  PlainHost host;
  const std::vector<std::uint32_t> groups{0};
  for (int d = 0; d < 5; ++d) {
    // Somebody joins on day 3, and brings what they did on day 1.
    if (d == 3) host.activities = {{Moment(day(1)) + std::chrono::hours(5), "Visit"}};
    run.run_day(day(d), groups, host);
  }
  EXPECT_THAT(host.log, ElementsAre("A 72"));
}

TEST(JourneyRun, GroupsEnterAgainAfterTheDelayAndNeverWhileInside) {
  const std::string text = "[[journey]]\nname = \"J\"\nmax_entries = 3\ndelay_days = 4\n" +
                           stage("A", "next = \"w\"\n") +
                           "[[journey.node]]\nid = \"w\"\nkind = \"wait\"\nhours = 30\n";
  // In on day 0, out on day 1, in on day 5.
  EXPECT_THAT(log_of(text, 40), ElementsAre("A 0", "A 120", "A 240"));
  EXPECT_THAT(log_of("[[journey]]\nname = \"J\"\nmax_entries = 3\n" + stage("A"), 40),
              ElementsAre("A 0", "A 24", "A 48"));
  EXPECT_THAT(log_of("[[journey]]\nname = \"J\"\ndelay_days = 36500\n" + stage("A"), 40),
              ElementsAre("A 0"));
  EXPECT_THAT(log_of("[[journey]]\nname = \"J\"\nwhere = 'false'\n" + stage("A"), 4), IsEmpty());
}

TEST(JourneyRun, GroupsThatAreGoneLeave) {
  const std::vector<Journey> journeys = parse_journeys(
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"w\"\nkind = \"wait\"\ndays = 3\nnext = \"A\"\n" +
      stage("A"));
  JourneyRun run(journeys);
  PlainHost host;
  const std::vector<std::uint32_t> both{0, 1}, one{1};
  run.run_day(day(0), both, host);
  EXPECT_EQ(run.state().entered[0], 2u);
  for (int d = 1; d < 5; ++d) run.run_day(day(d), one, host);
  EXPECT_THAT(host.log, ElementsAre("A 72"));
  EXPECT_EQ(run.state().left[0], 2u);
  EXPECT_EQ(run.state().moment[0], Moment(day(1)).time_since_epoch().count());
}

TEST(JourneyRun, UnmatchedGroupsEndAndUnmatchedPeopleGoOn) {
  const std::string groups =
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"s\"\nkind = \"split_groups\"\n"
      "paths = [{ where = 'false', next = \"A\" }]\n" +
      stage("A");
  EXPECT_THAT(log_of(groups, 3), IsEmpty());
  const std::string people =
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"r\"\nkind = \"random_people\"\npaths = ["
      "{ percent = 30, actions = [{ do = \"send\", message = \"few\" }] },"
      "{ percent = 70, actions = [{ do = \"send\", message = \"many\" }] }]\nnext = \"A\"\n" +
      stage("A");
  EXPECT_THAT(log_of(people, 3), ElementsAre("many 0", "A 0")) << "a path of nobody does nothing";
}

TEST(JourneyRun, AsksAllTogether) {
  const std::string text =
      "[[journey]]\nname = \"J\"\nwhere = 'true'\n"
      "[[journey.node]]\nid = \"s\"\nkind = \"split_groups\"\n"
      "paths = [{ where = 'true', next = \"p\" }]\n"
      "[[journey.node]]\nid = \"p\"\nkind = \"split_people\"\n"
      "paths = [{ where = 'true', actions = [{ do = \"remove\" }] }]\nnext = \"l\"\n"
      "[[journey.node]]\nid = \"l\"\nkind = \"listen\"\nactivities = [\"Visit\"]\ntimeout_days = "
      "9\n";
  const std::vector<Journey> journeys = parse_journeys(text);
  std::vector<std::size_t> questions;
  for (const std::uint32_t groups : {1u, 100u}) {
    JourneyRun run(journeys);
    PlainHost host;
    std::vector<std::uint32_t> rows(groups);
    for (std::uint32_t g = 0; g < groups; ++g) rows[g] = g;
    run.run_day(day(0), rows, host);
    questions.push_back(host.questions);
    EXPECT_EQ(host.log.size(), groups);
  }
  EXPECT_THAT(questions, ElementsAre(4u, 4u));
}

TEST(JourneyRun, QuotasOfGroupsAreExact) {
  const std::string text =
      "[[journey]]\nname = \"J\"\n"
      "[[journey.node]]\nid = \"r\"\nkind = \"random_groups\"\n"
      "paths = [{ percent = 25, next = \"A\" }, { percent = 75, next = \"B\" }]\n" +
      stage("A") + stage("B");
  std::vector<std::uint32_t> rows(8);
  for (std::uint32_t g = 0; g < 8; ++g) rows[g] = g;
  EXPECT_THAT(log_of(text, 2, {}, rows),
              ElementsAre("A 0", "A 0", "B 0", "B 0", "B 0", "B 0", "B 0", "B 0"));
}

}  // namespace
}  // namespace rolecall::sim
