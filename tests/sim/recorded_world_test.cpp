// The engine's scores are those of rolecall's scorer on what it recorded, and what it recorded is a
// world like any other.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <ranges>
#include <set>

#include "bundle_folder.hpp"
#include "generators/csv_export.hpp"
#include "results/digest.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/maintenance_job.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"
#include "sim/scenario_sources.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

Model model_used(const Scenario& scenario) { return model_of(playbook_of(scenario)); }

// The engine adds up what the panel has; so the scorer's scores, added in the same order, must give
// its very bits.
void expect_scores(const Simulation& simulation, const Scenario& scenario, const Cast& cast) {
  const std::size_t day = simulation.done() - 1;
  const World world = simulation.world();
  const Day date = cast.date(static_cast<DayIndex>(day));
  const GroupScores scores = score(world, model_used(scenario), {AsOf::Anchor::date, date}).groups;
  const Snapshot now = simulation.save();
  const auto& created = testing::column<std::int32_t>(now, "groups/created");
  const auto& in_market = testing::column<std::uint8_t>(now, "groups/in_market");
  const GroupScores live = simulation.scores();
  double engagement = 0, idle = 0, completeness = 0, complete = 0;
  std::size_t row = 0, scored = 0;
  ASSERT_EQ(live.size(), cast.groups());
  for (std::size_t g = 0; g < cast.groups(); ++g) {
    if (created[g] < 0) continue;
    ASSERT_EQ(world.groups.ids[row], cast.world.groups.ids[g]);
    EXPECT_TRUE(testing::same_bits(live.engagement[g], scores.engagement[row]));
    EXPECT_TRUE(testing::same_bits(live.completeness[g], scores.completeness[row]));
    EXPECT_EQ(live.members[g], scores.members[row]);
    EXPECT_EQ(live.missing[g], scores.missing[row]);
    scored += scores.engagement[row] > 0;
    engagement += scores.engagement[row];
    if (in_market[g] == 0) idle += scores.engagement[row];
    if (!std::isnan(scores.completeness[row])) completeness += scores.completeness[row];
    complete += scores.completeness[row] >= 100;
    ++row;
  }
  EXPECT_EQ(row, world.groups.size());
  EXPECT_GT(scored, 5u);
  EXPECT_EQ(testing::figure(now, day, Figure::engagement), engagement);
  EXPECT_EQ(testing::figure(now, day, Figure::engagement_idle), idle);
  EXPECT_EQ(testing::figure(now, day, Figure::completeness), completeness);
  EXPECT_EQ(testing::figure(now, day, Figure::complete_groups), complete);
}

const std::vector<std::vector<std::string>> policies{
    {},
    {"paid_social.enabled = true", "paid_social.minimum = 5", "enrichment.people_a_day = 2",
     "population.reparenting = 2", "sales.finds_contact = 0.3", "population.title_changes = 1"},
    {"outreach.to = 'score'", "outreach.threshold = 40", "population.leavers = 1.5",
     "population.joiners = 0.8", "hand_off.by = 'random'"}};

TEST(RecordedWorld, IsScoredAsTheEngineScoresIt) {
  for (std::size_t i = 0; i < policies.size(); ++i) {
    SCOPED_TRACE(i);
    const Scenario scenario = testing::small_scenario(policies[i]);
    const Cast cast = testing::cast_of(scenario, i);
    Simulation simulation(scenario, i);
    while (simulation.done() < simulation.days()) {
      simulation.step();
      if (simulation.done() % 23 == 1 && simulation.done() > 1)
        expect_scores(simulation, scenario, cast);
    }
    expect_scores(simulation, scenario, cast);
  }
}

TEST(RecordedWorld, IsScoredInTheDaysOfTheModelsZone) {
  testing::TempFolder folder;
  for (const char* zone : {"Pacific/Auckland", "America/Los_Angeles"}) {
    SCOPED_TRACE(zone);
    const std::string path = folder / "playbook.toml";
    Playbook playbook = playbook_of({});
    playbook.model.readings.day_boundary = zone;
    testing::spill(folder / "model.toml", to_toml(playbook.model));
    std::string text(default_playbook());
    const std::string named = "model = \"" + playbook.model_name + "\"";
    ASSERT_NE(text.find(named), text.npos);
    testing::spill(path, text.replace(text.find(named), named.size(), "model = \"model.toml\""));
    const Scenario scenario =
        testing::small_scenario({"run.days = 40", "run.burn_in = 10", "playbook = '" + path + "'"});
    const Cast cast = testing::cast_of(scenario, 4);
    Simulation simulation(scenario, 4);
    for (int i = 0; i < 34; ++i) simulation.step();
    expect_scores(simulation, scenario, cast);
    Simulation again(scenario, 4);
    again.restore(simulation.save());
    for (auto* one : {&simulation, &again})
      for (int i = 0; i < 3; ++i) one->step();
    expect_scores(again, scenario, cast);
    testing::expect_equal(again.save(), simulation.save());
  }
}

TEST(RecordedWorld, IsAWorldLikeAnyOther) {
  for (std::size_t i = 0; i < policies.size(); ++i) {
    SCOPED_TRACE(i);
    const Scenario scenario = testing::small_scenario(policies[i]);
    Simulation simulation(scenario, 20 + i);
    while (simulation.done() < simulation.days()) simulation.step();
    const World world = simulation.world();
    EXPECT_GT(world.groups.size(), 50u);
    EXPECT_GT(world.members.people.size(), 50u);
    EXPECT_GT(world.activities.times.size(), 1000u);
    EXPECT_GT(world.deals.size(), 0u);

    testing::TempFolder folder;
    const std::string digest = write_world(world, folder / "world.h5", {});
    testing::expect_equal(read_world(folder / "world.h5"), world);
    export_csv_bundle(world, folder.path());
    const CsvBundle bundle = import_csv_bundle(folder.path());
    EXPECT_EQ(content_digest(bundle.world), digest);
    if (content_digest(bundle.world) != digest) testing::expect_equal(bundle.world, world);
  }
}

// Cards may pass over those who have left: in the simulation, where nobody who is asked has, and in
// the world that it leaves.
TEST(RecordedWorld, LetsCardsPassOverLeavers) {
  const testing::TempFolder folder;
  Playbook playbook = playbook_of({});
  for (RolesTemplate& roles : playbook.model.templates)
    for (RoleCard& card : roles.roles)
      if (card.when)
        card.when = Predicate::parse("(" + card.when->text() + ") and left is missing", {});
  testing::spill(folder / "model.toml", to_toml(playbook.model));
  std::string text(default_playbook());
  const std::string named = "model = \"" + playbook.model_name + "\"";
  text.replace(text.find(named), named.size(), "model = \"model.toml\"");
  const std::vector<std::string> leaving{"population.leavers = 2"};
  const Scenario usual = testing::small_scenario(leaving);
  Scenario asking = usual;
  asking.playbook.toml = self_contained_playbook(text, folder / "playbook.toml");
  Simulation simulation(asking, 6);
  while (simulation.done() < simulation.days()) simulation.step();
  testing::expect_equal(simulation.save(), testing::run_through(usual, 6));
  const auto joined = [&](const Scenario& scenario) {
    return maintain_groups(simulation.world(), playbook_of(scenario), scenario.run.end)
        .counts.joined;
  };
  EXPECT_EQ(joined(asking), 0u);
  EXPECT_GT(joined(usual), 0u);
}

// The facts of the run, told twice.
TEST(RecordedWorld, HoldsWhatHappened) {
  const Scenario scenario = testing::small_scenario(
      {"deal.intent_days = 5", "deal.evaluation_days = 5", "deal.consensus = 0.1",
       "deal.veto_unknown = 0.02", "deal.abandon_days = 5", "hand_off.by = 'intent'",
       "sales.discovery_days = 1", "buyers.dwell_days = [3, 3, 3, 3, 9, 9]",
       "population.title_changes = 2", "population.leavers = 1"});
  const Cast cast = testing::cast_of(scenario, 2);
  Simulation simulation(scenario, 2);
  while (simulation.done() < simulation.days()) simulation.step();
  const World world = simulation.world();
  const Snapshot now = simulation.save();
  const Day last = cast.date(cast.days - 1);

  // Outcomes: of each group's last deal that closed.
  const auto& group = testing::column<std::uint32_t>(now, "deals/group");
  std::map<std::string, std::size_t> last_closed;
  for (std::size_t d = 0; d < group.size(); ++d) {
    const std::uint8_t outcome = testing::column<std::uint8_t>(now, "deals/outcome")[d];
    if (outcome != 0) last_closed[std::string(cast.world.groups.ids[group[d]])] = d;
    EXPECT_EQ(world.deals.outcomes[d], outcome == 0   ? Outcome::open
                                       : outcome == 1 ? Outcome::won
                                                      : Outcome::lost);
  }
  std::size_t won = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const auto deal = last_closed.find(std::string(world.groups.ids[g]));
    const Outcome outcome = world.outcomes.outcome[g];
    EXPECT_EQ(outcome == Outcome::open, deal == last_closed.end());
    EXPECT_EQ(world.outcomes.date[g].is_missing(), outcome == Outcome::open);
    EXPECT_EQ(std::isnan(world.outcomes.value[g]), outcome == Outcome::open);
    if (deal == last_closed.end()) continue;
    const std::int32_t closed = testing::column<std::int32_t>(now, "deals/closed")[deal->second];
    EXPECT_EQ(world.outcomes.date[g], Timestamp(cast.date(closed)));
    EXPECT_EQ(world.outcomes.value[g], testing::column<double>(now, "deals/value")[deal->second]);
    won += outcome == Outcome::won;
  }
  EXPECT_GT(won, 0u);
  EXPECT_GT(last_closed.size(), won);

  // People: known ones, with the titles they had when they were last there.
  std::size_t row = 0, rose = 0, gone = 0;
  const auto& titles = std::get<TextColumn>(find(world.people.attributes, "title")->values);
  const auto& first = std::get<TextColumn>(find(cast.world.people.attributes, "title")->values);
  const auto& left = std::get<TextColumn>(find(world.people.attributes, "left")->values);
  for (std::size_t p = 0; p < cast.people(); ++p) {
    if (testing::column<std::uint8_t>(now, "people/known")[p] == 0) continue;
    ASSERT_LT(row, world.people.size());
    EXPECT_EQ(world.people.ids[row], cast.world.people.ids[p]);
    const DayIndex rises = cast.promotion[p].day;
    const bool has_risen = rises < cast.days && rises < cast.leaves[p];
    EXPECT_EQ(titles[row], has_risen ? cast.later_titles[p] : first[p]);
    rose += has_risen;
    const bool has_left = cast.leaves[p] < cast.days;
    EXPECT_EQ(left[row], has_left ? rolecall::to_string(cast.date(cast.leaves[p])) : "");
    gone += has_left;
    ++row;
  }
  EXPECT_EQ(row, world.people.size());
  EXPECT_GT(rose, 0u);
  EXPECT_GT(gone, 0u);
  EXPECT_LT(gone, row);

  for (const Timestamp time : world.activities.times) {
    EXPECT_GE(time.utc_day(), cast.first);
    EXPECT_LE(time.utc_day(), last);
  }
  // Contacts of a deal are members of its group while it was open.
  for (std::size_t d = 0; d < world.deals.size(); ++d) {
    const Day opened = world.deals.opened[d].utc_day();
    const Day closed = world.deals.closed[d].is_missing() ? last : world.deals.closed[d].utc_day();
    const auto at = std::ranges::find(std::views::iota(std::size_t{0}, world.groups.size()),
                                      cast.world.groups.ids[group[d]],
                                      [&](std::size_t g) { return world.groups.ids[g]; });
    std::set<std::pair<std::size_t, std::size_t>> members, contacts;
    for (std::uint64_t m = world.members.offsets[*at]; m < world.members.offsets[*at + 1]; ++m)
      if (world.members.since[m].utc_day() <= closed &&
          (world.members.until[m].is_missing() || world.members.until[m].utc_day() >= opened))
        members.emplace(world.members.people[m].index(), world.members.roles[m].index());
    for (std::uint64_t c = world.deal_contacts.offsets[d]; c < world.deal_contacts.offsets[d + 1];
         ++c)
      contacts.emplace(world.deal_contacts.people[c].index(), world.deal_contacts.roles[c].index());
    EXPECT_EQ(contacts, members);
  }
}

}  // namespace
}  // namespace rolecall::sim
