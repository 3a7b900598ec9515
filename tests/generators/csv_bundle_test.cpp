#include "generators/csv_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "bundle_folder.hpp"
#include "generators/csv_export.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::BundleFolder;
using testing::complaint;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::texts;

TEST(CsvBundle, BecomesAWorld) {
  const BundleFolder bundle;
  const World w = import_csv_bundle(bundle.path()).world;
  EXPECT_THAT(texts(w.accounts.ids), ElementsAre("a1", "a2"));
  EXPECT_EQ(w.accounts.parents[1], AccountId{0});
  EXPECT_EQ(std::get<std::vector<double>>(find(w.accounts.attributes, "revenue")->values)[0],
            1.5e6);
  EXPECT_TRUE(
      std::isnan(std::get<std::vector<double>>(find(w.accounts.attributes, "revenue")->values)[1]));
  EXPECT_EQ(std::get<TextColumn>(find(w.people.attributes, "title")->values)[1], "VP \"Sales\"");
  EXPECT_TRUE(w.people.accounts[2].is_none());
  EXPECT_THAT(texts(w.solutions), ElementsAre("AI", "CRM"));
  EXPECT_THAT(texts(w.roles), ElementsAre("Champion", "Influencer"));
  EXPECT_THAT(w.members.offsets, ElementsAre(0, 3, 4));
  EXPECT_EQ(w.members.sources[1], MemberSource::job);
  EXPECT_EQ(w.members.sources[3], MemberSource::manual);
  EXPECT_THAT(w.activities.offsets, ElementsAre(0, 3, 4, 4));
  EXPECT_THAT(w.activities.counts, ElementsAre(1, 0, 1, 3));
  EXPECT_THAT(texts(w.activities.type_names), ElementsAre("click", "visit"));
  EXPECT_EQ(w.outcomes.outcome[0], Outcome::won);
  EXPECT_EQ(w.outcomes.value[0], 1200.5);
  EXPECT_EQ(w.outcomes.outcome[1], Outcome::none);
}

TEST(CsvBundle, ExportsWhatItImports) {
  BundleFolder first, second;
  first.write("activities.csv",
              "person_id,zone,activity,time,count,page\np1,\"a\n\",visit,2026-03-01,2,/x\n"
              "p1,b,visit,2026-03-01,2,\"/y,z\"\np2,c,click,2026-03-01T10:00:00.5+01:00,1,\n");
  const World world = import_csv_bundle(first.path()).world;
  export_csv_bundle(world, second.path());
  const World again = import_csv_bundle(second.path()).world;
  EXPECT_EQ(again.accounts.ids, world.accounts.ids);
  EXPECT_EQ(again.members.since, world.members.since);
  EXPECT_EQ(again.activities.times, world.activities.times);
  EXPECT_EQ(again.activities.counts, world.activities.counts);
  ASSERT_EQ(again.activities.attributes.size(), 2u);
  EXPECT_EQ(again.activities.attributes[0].name, "page");
  EXPECT_EQ(again.activities.attributes[0].values, world.activities.attributes[0].values);
  EXPECT_EQ(again.activities.attributes[1].values, world.activities.attributes[1].values);
}

TEST(CsvBundle, ReportsEveryProblemAtOnce) {
  BundleFolder bundle;
  bundle.write("accounts.csv",
               "account_id,parent_account_id,revenue\na1,a2,\na2,a1,\na1,,\na3,zz,much\n");
  bundle.write("people.csv", "person_id,account_id\np1,a1\np2,nope\n,a1\np3,\n");
  bundle.write("activities.csv",
               "person_id,activity,time,count\np1,v,2026-02-31,\np1,v,2026-03-01,-1\n"
               "p1,v,2026-03-01,1.5\nghost,v,2026-03-01,1\np1,,2026-03-01,1\n");
  bundle.write("outcomes.csv", "group_id,outcome,date\ng1,maybe,2026-04-01\ng9,won,soon\n");
  EXPECT_THAT(
      complaint(bundle),
      AllOf(HasSubstr("accounts.csv, row 2, parent_account_id 'a2': the account is its own "
                      "ancestor: a1 → a2 → a1."),
            HasSubstr("accounts.csv, row 4, account_id 'a1': row 2 has the same account_id"),
            HasSubstr("accounts.csv, row 5, revenue 'much'"),
            HasSubstr("people.csv, row 3, account_id 'nope'"),
            HasSubstr("people.csv, row 4, person_id: the row has no person_id")));
  EXPECT_THAT(complaint(bundle),
              AllOf(HasSubstr("activities.csv, row 2, time '2026-02-31'"),
                    HasSubstr("activities.csv, row 3, count '-1'"),
                    HasSubstr("activities.csv, row 4, count '1.5'"),
                    HasSubstr("activities.csv, row 5, person_id 'ghost'"),
                    HasSubstr("activities.csv, row 6, activity: the row has no activity"),
                    HasSubstr("outcomes.csv, row 2, outcome 'maybe'"),
                    HasSubstr("outcomes.csv, row 3, date 'soon'")));
}

TEST(CsvBundle, DoesNotReportWhatFollowsFromAnotherProblem) {
  BundleFolder bundle;
  bundle.write("accounts.csv", "account_id,parent_account_id,revenue\na1,,much\na2,a1,\n");
  const std::string text = complaint(bundle);
  EXPECT_THAT(text, HasSubstr("revenue 'much'"));
  EXPECT_EQ(text.find('\n'), text.npos) << text;
}

TEST(CsvBundle, SkipsBadRowsAndWhatRefersToThem) {
  BundleFolder bundle;
  bundle.write("people.csv", "person_id,account_id\np1,a1\np2,nope\np3,a2\n");
  CsvBundleOptions options;
  options.on_error = OnError::skip;
  const CsvBundle result = import_csv_bundle(bundle.path(), options);
  EXPECT_EQ(result.world.people.size(), 2u);
  EXPECT_EQ(result.world.members.size(), 2u);
  EXPECT_EQ(result.world.activities.size(), 3u);
  EXPECT_EQ(result.rejects.size(), 4u);  // the person, two memberships, one activity
}

TEST(CsvBundle, RefusesTheSameRoleTwiceOnOneDay) {
  BundleFolder bundle;
  const std::string head = "group_id,person_id,role,since,until\n";
  bundle.write("members.csv", head + "g1,p1,A,,2026-01-10\ng1,p1,A,2026-01-11,\n");
  EXPECT_EQ(complaint(bundle), "");
  bundle.write("members.csv", head + "g1,p1,A,,2026-01-11\ng1,p1,A,2026-01-11,\n");
  EXPECT_THAT(complaint(bundle),
              HasSubstr("members.csv, row 3, role 'A': p1 already has this role in g1"));
  bundle.write("members.csv", head + "g1,p1,A,2026-02-01,2026-01-11\n");
  EXPECT_THAT(complaint(bundle), HasSubstr("ends before it begins"));
}

TEST(CsvBundle, NamesMissingFilesAndColumns) {
  BundleFolder bundle;
  bundle.remove("people.csv");
  bundle.write("groups.csv", "group,account_id\n");
  EXPECT_THAT(complaint(bundle), AllOf(HasSubstr("people.csv: the file is missing"),
                                       HasSubstr("groups.csv, row 1, group_id: the header lacks"),
                                       HasSubstr("groups.csv, row 1, solution: the header lacks")));
}

TEST(CsvBundle, ImportsTheSameInPartsOfAnySize) {
  const BundleFolder bundle;
  const World whole = import_csv_bundle(bundle.path()).world;
  CsvBundleOptions options;
  options.part_bytes = 16;
  const World parts = import_csv_bundle(bundle.path(), options).world;
  EXPECT_EQ(parts.activities.times, whole.activities.times);
  EXPECT_EQ(parts.activities.types, whole.activities.types);
  EXPECT_EQ(parts.people.ids, whole.people.ids);
  EXPECT_EQ(parts.members.people, whole.members.people);
}

}  // namespace
}  // namespace rolecall
