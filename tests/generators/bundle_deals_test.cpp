#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "bundle_folder.hpp"
#include "core/error.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/csv_export.hpp"
#include "same_world.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::BundleFolder;
using testing::complaint;
using testing::DealFolder;
using ::testing::ElementsAre;
using testing::expect_equal;
using ::testing::HasSubstr;
using testing::texts;

TEST(BundleDeals, BecomeTablesOfTheWorld) {
  const World w = import_csv_bundle(DealFolder().path()).world;
  EXPECT_THAT(texts(w.deals.ids), ElementsAre("d1", "d2", "d3"));
  EXPECT_THAT(w.deals.accounts, ElementsAre(AccountId{0}, AccountId{1}, AccountId{}));
  // Solutions and roles are those of groups and deals together.
  EXPECT_THAT(texts(w.solutions), ElementsAre("AI", "Billing", "CRM"));
  EXPECT_THAT(w.deals.solutions, ElementsAre(SolutionId{1}, SolutionId{2}, SolutionId{}));
  EXPECT_THAT(w.groups.solutions, ElementsAre(SolutionId{0}, SolutionId{2}));
  EXPECT_THAT(texts(w.roles), ElementsAre("Buyer", "Champion", "Influencer"));
  EXPECT_EQ(w.members.roles[0], RoleId{1});
  EXPECT_THAT(texts(w.deals.stages), ElementsAre("Proposal", "Closed", ""));
  EXPECT_TRUE(w.deals.closed[0].is_missing());
  EXPECT_EQ(to_string(w.deals.closed[1]), "2026-02-01");
  EXPECT_EQ(w.deals.values[1], 1200.5);
  EXPECT_TRUE(std::isnan(w.deals.values[0]));
  EXPECT_THAT(w.deals.outcomes, ElementsAre(Outcome::open, Outcome::won, Outcome::none));
  EXPECT_EQ(std::get<TextColumn>(find(w.deals.attributes, "agent")->values)[2], "Moses, F");
  EXPECT_THAT(w.deal_contacts.offsets, ElementsAre(0, 1, 5, 5));
  EXPECT_THAT(w.deal_contacts.people,
              ElementsAre(PersonId{2}, PersonId{0}, PersonId{1}, PersonId{1}, PersonId{1}));
  EXPECT_THAT(w.deal_contacts.roles,
              ElementsAre(RoleId{2}, RoleId{}, RoleId{0}, RoleId{1}, RoleId{}));
  EXPECT_THAT(w.deal_events.offsets, ElementsAre(0, 1, 4, 4));
  EXPECT_THAT(texts(w.deal_events.type_names), ElementsAre("email reply", "stage"));
  EXPECT_THAT(texts(w.deal_events.details), ElementsAre("Proposal", "Proposal", "", "Closed"));
}

TEST(BundleDeals, AreOptional) {
  const World w = import_csv_bundle(BundleFolder().path()).world;
  EXPECT_EQ(w.deals.size(), 0u);
  expect_equal(w.deal_contacts, DealContacts{});
  expect_equal(w.deal_events, DealEvents{});
  DealFolder alone;
  alone.remove("deal_contacts.csv");
  alone.remove("deal_events.csv");
  EXPECT_THAT(import_csv_bundle(alone.path()).world.deal_events.offsets, ElementsAre(0, 0, 0, 0));
}

TEST(BundleDeals, ReportEveryProblemAtOnce) {
  DealFolder bundle;
  bundle.write("deals.csv",
               "deal_id,account_id,opened,closed,value,outcome\nd1,nope,,,,\nd1,,,,,\n,a1,,,,\n"
               "d2,a1,2026-02-02,2026-02-01,,\nd3,a1,,,much,Won\nd4,a1,soon,,,\nd5,,,,,\n");
  EXPECT_THAT(complaint(bundle),
              AllOf(HasSubstr("deals.csv, row 2, account_id 'nope': there is no such id"),
                    HasSubstr("deals.csv, row 3, deal_id 'd1': row 2 has the same deal_id"),
                    HasSubstr("deals.csv, row 4, deal_id: the row has no deal_id"),
                    HasSubstr("deals.csv, row 5, closed '2026-02-01': the deal closes before it "
                              "opens, on 2026-02-02"),
                    HasSubstr("deals.csv, row 6, value 'much'"),
                    HasSubstr("deals.csv, row 6, outcome 'Won': this is not an outcome"),
                    HasSubstr("deals.csv, row 7, opened 'soon'")));
  DealFolder followers;
  followers.write("deal_contacts.csv",
                  "deal_id,person_id,role\nd2,p1,A\nd2,p1,B\nd2,p1,A\nd9,p1,A\nd1,p9,A\n"
                  "d1,,A\nd3,p1,\nd3,p1,\n");
  followers.write("deal_events.csv",
                  "deal_id,event,time\nd1,,2026-01-01\nd1,x,\nd1,x,2026-13-01\nd9,x,2026-01-01\n");
  const std::string text = complaint(followers);
  EXPECT_THAT(
      text,
      AllOf(
          HasSubstr("deal_contacts.csv, row 4, role 'A': p1 already has this role in d2, by row 2"),
          HasSubstr("deal_contacts.csv, row 5, deal_id 'd9'"),
          HasSubstr("deal_contacts.csv, row 6, person_id 'p9'"),
          HasSubstr("deal_contacts.csv, row 7, person_id: the row has no person_id"),
          HasSubstr("deal_contacts.csv, row 9, role: p1 already has this role in d3, by row 8")));
  EXPECT_THAT(text, AllOf(HasSubstr("deal_events.csv, row 2, event: the row has no event"),
                          HasSubstr("deal_events.csv, row 3, time: the row has no time"),
                          HasSubstr("deal_events.csv, row 4, time '2026-13-01'"),
                          HasSubstr("deal_events.csv, row 5, deal_id 'd9'")));
}

TEST(BundleDeals, ClosedOnTheDayOfOpeningIsNoMistake) {
  DealFolder bundle;
  bundle.remove("deal_contacts.csv");
  bundle.remove("deal_events.csv");
  const auto with = [&](const std::string& times) {
    bundle.write("deals.csv", "deal_id,opened,closed\nd1," + times + "\n");
    return complaint(bundle);
  };
  EXPECT_EQ(with("2026-01-05T10:00:00Z,2026-01-05"), "");
  EXPECT_EQ(with("2026-01-05,2026-01-05T10:00:00Z"), "");
  EXPECT_THAT(with("2026-01-05T10:00:00Z,2026-01-05T09:59:59Z"),
              HasSubstr("closes before it opens"));
  EXPECT_THAT(with("2026-01-05T10:00:00Z,2026-01-04"), HasSubstr("closes before it opens"));
}

TEST(BundleDeals, OfARejectedAccountGoWithItAndTakeTheirRowsAlong) {
  DealFolder bundle;
  bundle.write("accounts.csv", "account_id,parent_account_id,revenue\na1,,\na2,,much\n");
  EXPECT_EQ(complaint(bundle).find('\n'), std::string::npos);  // nothing but the account is told
  CsvBundleOptions options;
  options.on_error = OnError::skip;
  const CsvBundle result = import_csv_bundle(bundle.path(), options);
  EXPECT_THAT(texts(result.world.deals.ids), ElementsAre("d1", "d3"));
  EXPECT_EQ(result.world.deal_contacts.size(), 1u);
  EXPECT_EQ(result.world.deal_events.size(), 1u);
  EXPECT_THAT(texts(result.world.solutions), ElementsAre("AI", "Billing"));
  const auto of = [&](const char* file) {
    std::set<std::size_t> rows;
    for (const Problem& problem : result.rejects)
      if (problem.file == file) rows.insert(problem.row);
    return rows.size();
  };
  EXPECT_EQ(of("deals.csv"), 1u);
  EXPECT_EQ(of("deal_contacts.csv"), 4u);
  EXPECT_EQ(of("deal_events.csv"), 3u);
}

// Of whatever deals there are, in whatever order.
TEST(BundleDeals, AreExportedAsImported) {
  std::mt19937_64 bits(5);
  const auto below = [&](std::size_t n) { return bits() % n; };
  const auto one_of = [&](std::initializer_list<const char*> words) {
    return std::string(*(words.begin() + below(words.size())));
  };
  const auto joined = [&](std::string text, std::vector<std::string> rows) {
    std::shuffle(rows.begin(), rows.end(), bits);
    for (const std::string& row : rows) text += row + "\n";
    return text;
  };
  for (std::size_t round = 0; round < 50; ++round) {
    std::vector<std::string> deals, contacts, events;
    for (std::size_t d = 0; d < 12; ++d) {
      const std::string id = "d" + std::to_string(d);
      deals.push_back(id + one_of({",a1", ",a2", ","}) + one_of({",AI", ",CRM", ",Zeta", ","}) +
                      one_of({",Direct", ",\"A, B\"", ","}) + one_of({",New", ",日本", ","}) +
                      one_of({",2026-01-02", ",2026-01-02T03:04:05.25Z", ","}) +
                      one_of({",2026-01-02", ",2026-05-01T00:00:00Z", ","}) +
                      one_of({",0", ",-1.5", ",1e300", ","}) +
                      one_of({",won", ",lost", ",open", ","}) + one_of({",x", ",\"a\nb\"", ","}));
      for (const char* role : {"", "Champion", "Buyer"})
        if (below(3) == 0) contacts.push_back(id + one_of({",p1,", ",p2,", ",p3,"}) + role);
      for (std::size_t e = below(4); e > 0; --e)
        events.push_back(id + one_of({",stage", ",reply"}) +
                         one_of({",2026-01-02", ",2026-02-03"}) + one_of({",New", ","}) +
                         one_of({",a", ",b"}));
    }
    const auto write = [&](BundleFolder& folder) {
      folder.write("deals.csv",
                   joined("deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome,"
                          "note\n",
                          deals));
      folder.write("deal_contacts.csv", joined("deal_id,person_id,role\n", contacts));
      folder.write("deal_events.csv", joined("deal_id,event,time,detail,note\n", events));
    };
    BundleFolder first, shuffled, exported;
    write(first);
    write(shuffled);
    const World world = import_csv_bundle(first.path()).world;
    expect_equal(import_csv_bundle(shuffled.path()).world, world);
    export_csv_bundle(world, exported.path());
    expect_equal(import_csv_bundle(exported.path()).world, world);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace rolecall
