#include "scoring/groups/member_import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "predicate_world.hpp"
#include "same_world.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::expect_equal;
using rolecall::testing::predicate_world;
using ::testing::ElementsAre;

World empty_world() {
  World world = predicate_world(1, 40);
  world.members = {};
  world.members.offsets.assign(world.groups.size() + 1, 0);
  return world;
}

// Rows of one group.
struct Rows {
  Memberships members;
  TextColumn roles{std::vector<std::string>{"Champion", "Zealot"}};

  explicit Rows(const World& world) { members.offsets.assign(world.groups.size() + 1, 0); }
  void add(std::size_t person, std::size_t role, MemberSource source, int since) {
    members.people.emplace_back(person);
    members.roles.emplace_back(role);
    members.sources.push_back(source);
    members.since.push_back(Timestamp(day_of_march(since)));
    members.until.emplace_back();
    for (std::size_t g = 1; g < members.offsets.size(); ++g) ++members.offsets[g];
  }
};

TEST(MemberImport, AddsRowsRolesAndAttributes) {
  const World world = empty_world();
  Rows rows(world);
  rows.add(3, 1, MemberSource::manual, 2);
  rows.add(5, 0, MemberSource::job, 2);
  rows.members.attributes = {{"note", TextColumn({"a", "b"})}};
  const MemberImport done = import_members(world, rows.members, rows.roles);
  EXPECT_EQ(done.counts.added, 2u);
  ASSERT_EQ(done.world.members.size(), 2u);
  EXPECT_EQ(done.world.roles, rows.roles) << "roles that nobody has are not kept";
  EXPECT_EQ(std::get<TextColumn>(done.world.members.attributes.at(0).values)[0], "a");
  const MemberImport again = import_members(done.world, rows.members, rows.roles);
  EXPECT_EQ(again.counts.there, 2u);
  expect_equal(again.world, done.world);
}

TEST(MemberImport, TheHighestSourceOfAFileGoesFirst) {
  const World world = empty_world();
  Rows rows(world);
  rows.add(3, 0, MemberSource::job, 2);
  rows.add(3, 1, MemberSource::manual, 9);
  const MemberImport done = import_members(world, rows.members, rows.roles);
  EXPECT_EQ(done.counts.added, 1u);
  EXPECT_EQ(done.counts.blocked_by_manual, 1u);
  EXPECT_THAT(done.world.members.sources, ElementsAre(MemberSource::manual));
}

TEST(MemberImport, TellsWhichRowsOverlap) {
  const World world = empty_world();
  Rows first(world), second(world);
  first.add(3, 0, MemberSource::manual, 2);
  second.add(2, 0, MemberSource::manual, 2);
  second.add(3, 0, MemberSource::manual, 9);
  const World before = import_members(world, first.members, first.roles).world;
  const MemberImport done = import_members(before, second.members, second.roles);
  EXPECT_THAT(done.overlaps, ElementsAre(1));
  EXPECT_EQ(done.counts.added, 1u);
  const MemberImport none =
      import_members(before, second.members, second.roles, std::vector<bool>{true, true});
  expect_equal(none.world, before);
}

TEST(MemberImport, KnowsRolesWithoutCard) {
  const World world = empty_world();
  Rows rows(world);
  rows.add(1, 0, MemberSource::manual, 2);
  rows.add(2, 1, MemberSource::manual, 2);
  EXPECT_THAT(rows_without_card(world, load_model("ajo-seed"), rows.members, rows.roles),
              ElementsAre(1));
}

}  // namespace
}  // namespace rolecall
