#include "generators/added_members.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "bundle_folder.hpp"
#include "generators/csv_bundle.hpp"
#include "same_world.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::BundleFolder;
using ::testing::HasSubstr;

constexpr const char* header = "group_id,person_id,role,source,since,until";

World import(const BundleFolder& bundle) { return import_csv_bundle(bundle.path()).world; }

// The world of a bundle that has some rows, with the others added.
World added_to(BundleFolder& bundle, const std::string& members, const std::string& more) {
  bundle.write("members.csv", members);
  bundle.write("more", more);
  World world = import(bundle);
  add_members(world, bundle.path() / "more");
  return world;
}

// Whichever rows are there and whichever are added, the world is that of all of them.
TEST(AddedMembers, AreAsIfTheyHadBeenThere) {
  const std::vector<std::string> roles{"Champion", "Decision Maker", "Buyer", "Zealot", "Übriges"};
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    std::string all = std::string(header) + ",note,rank\n", first = all, more = all;
    for (const char* group : {"g1", "g2"})
      for (const char* person : {"p1", "p2", "p3"})
        for (const std::string& role : roles) {
          if (random() % 3 == 0) continue;
          const std::string row = std::string(group) + "," + person + "," + role +
                                  (random() % 2 != 0 ? ",job" : ",manual") +
                                  (random() % 2 != 0 ? ",," : ",2026-01-02,2026-02-03") + ",n" +
                                  std::to_string(random() % 9) + "," +
                                  std::to_string(random() % 9) + "\n";
          all += row;
          (random() % 2 != 0 ? first : more) += row;
        }
    BundleFolder bundle;
    const World found = added_to(bundle, first, more);
    bundle.write("members.csv", all);
    testing::expect_equal(found, import(bundle));
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(AddedMembers, MissWhatOnlyTheOthersHave) {
  BundleFolder bundle;
  const World found = added_to(bundle, std::string(header) + ",note\ng2,p3,Influencer,,,,said so\n",
                               "group_id,person_id,role,source,probability\n"
                               "g1,p1,Champion,job,0.75\n");
  bundle.write("members.csv", std::string(header) +
                                  ",note,probability\ng2,p3,Influencer,,,,said so,\n"
                                  "g1,p1,Champion,job,,,,0.75\n");
  testing::expect_equal(found, import(bundle));
}

std::string complaint(World& world, const BundleFolder& bundle) {
  try {
    add_members(world, bundle.path() / "more");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(AddedMembers, AreRefusedWhereTheyCannotBe) {
  const BundleFolder untouched;
  const World before = import(untouched);
  const std::pair<std::string, std::string> cases[] = {
      {"g9,p1,Buyer,job,,", "g9"},
      {"g1,p9,Buyer,job,,", "p9"},
      {"g1,p1,Champion,job,2026-03-01,", "already is Champion in g1"},
      {"g1,p2,Champion,job,2026-01-31,2026-01-31", "already is Champion in g1"},
      {"g1,p1,Buyer,job,,\ng1,p1,Buyer,manual,,", "already has this role"},
      {"g1,p1,Buyer,nobody,,", "source"},
  };
  for (const auto& [row, said] : cases) {
    BundleFolder bundle;
    bundle.write("more", std::string(header) + "\n" + row + "\n");
    World world = before;
    EXPECT_THAT(complaint(world, bundle), HasSubstr(said)) << row;
    testing::expect_equal(world, before);
  }
}

TEST(AddedMembers, KeepToTheKindOfAColumn) {
  BundleFolder bundle;
  bundle.write("more", std::string(header) + ",rank\ng1,p3,Champion,job,,,high\n");
  World world = import(bundle);
  world.members.attributes = {{"rank", std::vector<double>{1, 2, 3, 4}}};
  const World before = world;
  EXPECT_THAT(complaint(world, bundle), AllOf(HasSubstr("rank"), HasSubstr("Rename")));
  testing::expect_equal(world, before);
}

TEST(AddedMembers, LeaveContactsOfDealsTheirRoles) {
  BundleFolder bundle;
  bundle.write("more", std::string(header) + "\ng1,p3,Buyer,job,,\n");
  World world = import(bundle);
  world.deal_contacts.roles = {RoleId{1}, RoleId{}, RoleId{0}};
  add_members(world, bundle.path() / "more");
  EXPECT_EQ(world.roles[world.deal_contacts.roles[0].index()], "Influencer");
  EXPECT_TRUE(world.deal_contacts.roles[1].is_none());
  EXPECT_EQ(world.roles[world.deal_contacts.roles[2].index()], "Champion");
}

}  // namespace
}  // namespace rolecall
