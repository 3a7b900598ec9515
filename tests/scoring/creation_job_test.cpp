#include "scoring/groups/creation_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "predicate_world.hpp"
#include "same_world.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::expect_equal;
using rolecall::testing::predicate_world;
using ::testing::HasSubstr;

Playbook playbook_of(const std::string& rest) {
  Playbook playbook =
      parse_playbook("format = \"rolecall.playbook/1\"\nmodel = \"ajo-seed\"\n" + rest, "p.toml");
  RolesTemplate& roles = playbook.model.templates.front();
  roles.roles[0].when = Predicate::parse("title has_word ['vp', 'cto']", {});
  roles.roles[1].when = Predicate::parse("title contains 'sales'", {});
  return playbook;
}

const std::string two_interests = R"(
[[audience]]
name = "Rich"
where = "revenue >= 1e6"
[[audience]]
name = "Some"
accounts = ["a000003", "a000001", "a000002", "a000001"]
[[interest]]
name = "Soil Lab"
template = "Default"
audiences = ["Some", "Rich"]
[[interest]]
name = "New Thing"
template = "Default"
level = "subtree"
audiences = ["Rich"]
)";

TEST(CreationJob, MakesAGroupForEveryAccountThatHasNone) {
  const World before = predicate_world(1, 300);
  const Playbook playbook = playbook_of(two_interests);
  const auto interests = chosen_interests(playbook, {});
  const Creation done = create_groups(before, playbook, interests, day_of_march(9));
  const World& world = done.world;
  ASSERT_EQ(done.counts.size(), 3u);
  std::size_t created = 0, members = 0;
  for (const CreationCounts& line : done.counts) {
    EXPECT_EQ(line.accounts, line.there + line.created);
    EXPECT_EQ(line.candidates, line.members + line.without_role);
    std::size_t by_role = 0;
    for (const auto& [role, n] : line.by_role) by_role += n;
    EXPECT_EQ(by_role, line.members);
    created += line.created;
    members += line.members;
  }
  EXPECT_EQ(done.counts[0].accounts, 3u) << "an id twice is one account";
  EXPECT_GT(created, 30u);
  EXPECT_EQ(world.groups.size(), before.groups.size() + created);
  EXPECT_EQ(world.members.size(), before.members.size() + members);
  EXPECT_GT(members, 10u);

  // Every account of an audience has exactly one group more than it had, or as many as before.
  std::map<std::pair<std::string, std::size_t>, int> had, has;
  for (std::size_t g = 0; g < before.groups.size(); ++g)
    ++had[{std::string(before.solutions[before.groups.solutions[g].index()]),
           before.groups.accounts[g].index()}];
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    ++has[{std::string(world.solutions[world.groups.solutions[g].index()]),
           world.groups.accounts[g].index()}];
  for (const auto& [key, n] : has) EXPECT_EQ(n, std::max(had[key], 1));
  const auto rich = Filter(*playbook.audiences[0].where, *account_subject(before)).holds({});
  for (std::size_t a = 0; a < rich.size(); ++a)
    EXPECT_EQ(has.contains({"New Thing", a}), rich[a] != 0);
}

TEST(CreationJob, NamesGroupsAndGivesThemMembersFromTheDayOn) {
  World before = predicate_world(1, 60);
  TextColumn names;
  for (std::size_t a = 0; a < before.accounts.size(); ++a) names.push_back(a == 1 ? "Acme" : "");
  before.accounts.attributes.insert(before.accounts.attributes.begin() + 1, {"name", names});
  const Playbook playbook = playbook_of(R"(
[[audience]]
name = "Some"
accounts = ["a000001", "a000002"]
[[stage_model]]
name = "S"
stages = ["Begun", "Won"]
entry = ["Begun"]
success = "Won"
moves = [["Begun", "Won"]]
[[interest]]
name = "New  Thing!"
template = "Default"
stage_model = "S"
audiences = ["Some"]
)");
  const World world =
      create_groups(before, playbook, chosen_interests(playbook, {}), day_of_march(9)).world;
  std::map<std::string, std::size_t> row_of;
  for (std::size_t g = 0; g < world.groups.size(); ++g) row_of.emplace(world.groups.ids[g], g);
  ASSERT_TRUE(row_of.contains("new-thing-a000001"));
  const std::size_t g = row_of["new-thing-a000001"];
  const auto text = [&](const char* name, std::size_t row) {
    return std::get<TextColumn>(find(world.groups.attributes, name)->values)[row];
  };
  EXPECT_EQ(text("name", g), "New  Thing! for Acme");
  EXPECT_EQ(text("name", row_of["new-thing-a000002"]), "New  Thing! for a000002");
  EXPECT_EQ(text("stage", g), "Begun");
  EXPECT_EQ(text("stage", 0), "") << "of groups that were there nothing is known";
  EXPECT_EQ(world.groups.created[g], Timestamp(day_of_march(9)));
  EXPECT_EQ(world.outcomes.outcome[g], Outcome::none);
  for (const std::size_t row : {g, row_of["new-thing-a000002"]})
    for (std::size_t m = world.members.offsets[row]; m < world.members.offsets[row + 1]; ++m) {
      EXPECT_EQ(world.members.since[m], Timestamp(day_of_march(9)));
      EXPECT_EQ(world.members.sources[m], MemberSource::job);
      EXPECT_EQ(world.people.accounts[world.members.people[m].index()], world.groups.accounts[row]);
    }
}

TEST(CreationJob, LeavesWhatIsThereAndMakesNothingTwice) {
  const World before = predicate_world(4, 200);
  const Playbook playbook = playbook_of(two_interests);
  const auto interests = chosen_interests(playbook, {});
  const Creation once = create_groups(before, playbook, interests, day_of_march(9));
  const Creation twice = create_groups(once.world, playbook, interests, day_of_march(10));
  expect_equal(twice.world, once.world);
  for (const CreationCounts& line : twice.counts) EXPECT_EQ(line.created, 0u);
  // Old groups have their rows, whatever place they have now.
  std::map<std::string, std::string> rows_before, rows_after;
  const auto collect = [](const World& world, std::map<std::string, std::string>& rows) {
    const Memberships& m = world.members;
    for (std::size_t g = 0; g < world.groups.size(); ++g) {
      std::string& text = rows[std::string(world.groups.ids[g])];
      text = std::string(to_string(world.outcomes.outcome[g])) + to_string(world.outcomes.date[g]);
      for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
        text += std::string(world.people.ids[m.people[i].index()]) +
                std::string(world.roles[m.roles[i].index()]) + to_string(m.since[i]) +
                to_string(m.until[i]) + std::string(to_string(m.sources[i]));
    }
  };
  collect(before, rows_before);
  collect(once.world, rows_after);
  for (const auto& [id, text] : rows_before) EXPECT_EQ(rows_after[id], text) << id;
}

TEST(CreationJob, IdsDoNotCollide) {
  World before = predicate_world(1, 60);
  TextColumn ids;
  for (std::size_t g = 0; g + 1 < before.groups.size(); ++g) ids.push_back(before.groups.ids[g]);
  ids.push_back("new-thing-a000001");
  before.groups.ids = ids;
  const Playbook playbook = playbook_of(R"(
[[audience]]
name = "One"
accounts = ["a000001"]
[[interest]]
name = "New Thing"
template = "Default"
audiences = ["One"]
[[interest]]
name = "New, thing"
template = "Default"
audiences = ["One"]
)");
  const World world =
      create_groups(before, playbook, chosen_interests(playbook, {}), day_of_march(9)).world;
  std::set<std::string> found;
  for (std::size_t g = 0; g < world.groups.size(); ++g) found.emplace(world.groups.ids[g]);
  EXPECT_EQ(found.size(), world.groups.size());
  EXPECT_TRUE(found.contains("new-thing-a000001-2"));
  EXPECT_TRUE(found.contains("new-thing-a000001-3"));
}

TEST(CreationJob, IsTheSameOnAnyThreads) {
  const World before = predicate_world(6, 4'000);
  const Playbook playbook = playbook_of(two_interests);
  std::optional<World> one;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    World world =
        create_groups(before, playbook, chosen_interests(playbook, {}), day_of_march(9)).world;
    if (!one)
      one = std::move(world);
    else
      expect_equal(world, *one);
  }
}

TEST(CreationJob, SaysWhichAccountsThereAreNot) {
  Playbook playbook = playbook_of(two_interests);
  playbook.audiences[1].accounts = {"a000001", "nobody", "none"};
  try {
    create_groups(predicate_world(1), playbook, chosen_interests(playbook, {}), day_of_march(9));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.total(), 2u);
    EXPECT_THAT(error.what(), HasSubstr("audience 'Some' 'nobody': the world has no account"));
  }
}

TEST(CreationJob, KeepsTheTruthOfGroupsThatHaveOne) {
  World before = predicate_world(1, 60);
  before.truth.emplace();
  for (std::size_t g = 0; g < before.groups.size(); ++g)
    for (auto* column : {&before.truth->intent, &before.truth->score, &before.truth->probability})
      column->push_back(static_cast<double>(g));
  const Playbook playbook = playbook_of(two_interests);
  const World world =
      create_groups(before, playbook, chosen_interests(playbook, {}), day_of_march(9)).world;
  ASSERT_EQ(world.truth->intent.size(), world.groups.size());
  std::size_t old = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    if (old < before.groups.size() && world.groups.ids[g] == before.groups.ids[old])
      EXPECT_EQ(world.truth->score[g], static_cast<double>(old++));
    else
      EXPECT_TRUE(std::isnan(world.truth->score[g]));
  }
  EXPECT_EQ(old, before.groups.size());
}

}  // namespace
}  // namespace rolecall
