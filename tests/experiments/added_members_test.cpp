#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "bundle_folder.hpp"
#include "core/error.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/member_rows.hpp"
#include "same_world.hpp"
#include "scoring/groups/member_import.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::BundleFolder;
using ::testing::HasSubstr;

constexpr const char* header = "group_id,person_id,role,source,since,until";

World import(const BundleFolder& bundle) { return import_csv_bundle(bundle.path()).world; }

// A world with the rows of the file `more` of a bundle's folder, as `groups import` and
// `groups infer` add them.
MemberImport add_members(World world, const BundleFolder& bundle) {
  const MemberRows rows =
      read_member_rows(bundle.path() / "more", world, MemberSource::manual, OnError::stop);
  return import_members(std::move(world), rows.members, rows.roles);
}

// The world of a bundle that has some rows, with the others added.
World added_to(BundleFolder& bundle, const std::string& members, const std::string& more) {
  bundle.write("members.csv", members);
  bundle.write("more", more);
  return add_members(import(bundle), bundle).world;
}

// Whichever rows are there and whichever are added, the world is that of all of them, where a
// person has one source in a group, so that none outranks another.
TEST(AddedMembers, AreAsIfTheyHadBeenThere) {
  const std::vector<std::string> roles{"Champion", "Decision Maker", "Buyer", "Zealot", "Übriges"};
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    std::string all = std::string(header) + ",note,rank\n", first = all, more = all;
    for (const char* group : {"g1", "g2"})
      for (const char* person : {"p1", "p2", "p3"}) {
        const char* source = random() % 2 != 0 ? ",job" : ",manual";
        for (const std::string& role : roles) {
          if (random() % 3 == 0) continue;
          const std::string row = std::string(group) + "," + person + "," + role + source +
                                  (random() % 2 != 0 ? ",," : ",2026-01-02,2026-02-03") + ",n" +
                                  std::to_string(random() % 9) + "," +
                                  std::to_string(random() % 9) + "\n";
          all += row;
          (random() % 2 != 0 ? first : more) += row;
        }
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

std::string complaint(const World& world, const BundleFolder& bundle) {
  try {
    add_members(world, bundle);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(AddedMembers, AreRefusedWhereTheyCannotBe) {
  const BundleFolder untouched;
  const World world = import(untouched);
  const std::pair<std::string, std::string> cases[] = {
      {"g9,p1,Buyer,job,,", "g9"},
      {"g1,p9,Buyer,job,,", "p9"},
      {"g1,p1,Buyer,job,,\ng1,p1,Buyer,manual,,", "already has this role"},
      {"g1,p1,Buyer,nobody,,", "source"},
  };
  for (const auto& [row, said] : cases) {
    BundleFolder bundle;
    bundle.write("more", std::string(header) + "\n" + row + "\n");
    EXPECT_THAT(complaint(world, bundle), HasSubstr(said)) << row;
  }
}

TEST(AddedMembers, AreNotAddedOverOthersOfTheirSource) {
  const BundleFolder untouched;
  const World before = import(untouched);
  for (const char* row :
       {"g1,p1,Champion,manual,2026-03-01,", "g1,p2,Champion,journey,2026-02-28,2026-02-28"}) {
    BundleFolder bundle;
    bundle.write("more", std::string(header) + "\n" + row + "\n");
    const MemberImport import = add_members(before, bundle);
    EXPECT_EQ(import.overlaps, std::vector<std::size_t>{0}) << row;
    testing::expect_equal(import.world, before);
  }
}

TEST(AddedMembers, KeepToTheKindOfAColumn) {
  BundleFolder bundle;
  bundle.write("more", std::string(header) + ",rank\ng1,p3,Champion,job,,,high\n");
  World world = import(bundle);
  world.members.attributes = {{"rank", std::vector<double>{1, 2, 3, 4}}};
  EXPECT_THAT(complaint(world, bundle), AllOf(HasSubstr("rank"), HasSubstr("Rename")));
}

TEST(AddedMembers, LeaveContactsOfDealsTheirRoles) {
  BundleFolder bundle;
  bundle.write("more", std::string(header) + "\ng1,p3,Buyer,job,,\n");
  World world = import(bundle);
  world.deal_contacts.roles = {RoleId{1}, RoleId{}, RoleId{0}};
  const World found = add_members(world, bundle).world;
  EXPECT_EQ(found.roles[found.deal_contacts.roles[0].index()], "Influencer");
  EXPECT_TRUE(found.deal_contacts.roles[1].is_none());
  EXPECT_EQ(found.roles[found.deal_contacts.roles[2].index()], "Champion");
}

}  // namespace
}  // namespace rolecall
