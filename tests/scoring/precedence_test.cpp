#include "scoring/groups/precedence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "predicate_world.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using enum MemberSource;

constexpr std::size_t champion = 0, influencer = 1;
const PersonId ann{0};
constexpr MemberSource sources[] = {job, journey, manual};

RosterRow row(MemberSource source, std::optional<int> since, std::optional<int> until,
              std::size_t role = champion) {
  return {.person = ann,
          .role = role,
          .source = source,
          .since = since ? Timestamp(day_of_march(*since)) : Timestamp(),
          .until = until ? Timestamp(day_of_march(*until)) : Timestamp()};
}

std::string text(const std::vector<RosterRow>& rows) {
  std::string all;
  for (const RosterRow& r : rows)
    all += std::string(to_string(r.source)) + (r.role == champion ? " C " : " I ") +
           to_string(r.since) + ".." + to_string(r.until) + "\n";
  return all;
}

JobChange wish(std::vector<RosterRow>& rows, std::optional<std::size_t> role, int day) {
  DayBoundary utc;
  return want_role(rows, ann, role, day_of_march(day), utc);
}

// All nine pairs of the source that has decided and the one that comes: a decision that stands, or
// one that somebody ended.
TEST(Precedence, ALowerSourceNeitherAddsOverNorRemovesAHighersDecision) {
  for (const MemberSource first : sources)
    for (const MemberSource second : sources)
      for (const bool ended : {false, true}) {
        SCOPED_TRACE(::testing::Message() << to_string(first) << " then " << to_string(second)
                                          << (ended ? ", ended" : ""));
        std::vector<RosterRow> rows{row(first, 1, ended ? std::optional(9) : std::nullopt)};
        const std::string before = text(rows);
        std::size_t gave_way = 0;
        const Addition what = add_row(rows, row(second, 12, std::nullopt, influencer), gave_way);
        if (second < first) {
          EXPECT_EQ(what, Addition::blocked);
          EXPECT_EQ(text(rows), before);
          EXPECT_EQ(gave_way, 0u);
        } else {
          EXPECT_EQ(what, Addition::added);
          ASSERT_EQ(rows.size(), 2u);
          EXPECT_EQ(gave_way, second > first && !ended);
          const Timestamp end = ended            ? Timestamp(day_of_march(9))
                                : second > first ? Timestamp(day_of_march(11))
                                                 : Timestamp();
          EXPECT_EQ(rows[0].until, end);
        }
      }
}

// The same for removal: a source says that a membership is over.
TEST(Precedence, RemovalFollowsTheSameOrder) {
  for (const MemberSource first : sources)
    for (const MemberSource second : sources) {
      SCOPED_TRACE(::testing::Message() << to_string(first) << " ended by " << to_string(second));
      std::vector<RosterRow> rows{row(first, 1, std::nullopt)};
      std::size_t gave_way = 0;
      const Addition what = add_row(rows, row(second, 1, 9), gave_way);
      if (second < first) {
        EXPECT_EQ(what, Addition::blocked);
        EXPECT_TRUE(rows[0].until.is_missing());
      } else {
        EXPECT_EQ(what, second == first ? Addition::ended : Addition::added);
        ASSERT_EQ(rows.size(), 1u) << "the lower one began no earlier, and went";
        EXPECT_EQ(rows[0].source, second);
        EXPECT_EQ(rows[0].until, Timestamp(day_of_march(9)));
      }
      if (second > job) {
        // What a higher source ended, the job does not begin again.
        if (first <= second) {
          EXPECT_EQ(wish(rows, champion, 20), JobChange::blocked);
        }
      }
    }
}

TEST(Precedence, TheJobJoinsChangesAndEnds) {
  std::vector<RosterRow> rows;
  EXPECT_EQ(wish(rows, std::nullopt, 1), JobChange::none);
  EXPECT_EQ(wish(rows, champion, 2), JobChange::joined);
  EXPECT_EQ(wish(rows, champion, 2), JobChange::kept);
  EXPECT_EQ(wish(rows, influencer, 5), JobChange::changed);
  EXPECT_EQ(wish(rows, std::nullopt, 8), JobChange::left);
  EXPECT_EQ(wish(rows, std::nullopt, 8), JobChange::none);
  EXPECT_EQ(text(rows),
            "job C 2026-03-02..2026-03-04\n"
            "job I 2026-03-05..2026-03-07\n");
}

TEST(Precedence, AMembershipThatBeganTodayAndEndsTodayGoes) {
  std::vector<RosterRow> rows;
  wish(rows, champion, 5);
  EXPECT_EQ(wish(rows, influencer, 5), JobChange::changed);
  EXPECT_EQ(text(rows), "job I 2026-03-05..\n");
  EXPECT_EQ(wish(rows, std::nullopt, 5), JobChange::left);
  EXPECT_EQ(text(rows), "");
}

TEST(Precedence, WhatTheJobBeginsEndsBeforeItsNext) {
  std::vector<RosterRow> rows{row(job, 20, std::nullopt, influencer)};
  EXPECT_EQ(wish(rows, champion, 10), JobChange::joined);
  EXPECT_EQ(text(rows),
            "job I 2026-03-20..\n"
            "job C 2026-03-10..2026-03-19\n");
}

TEST(Precedence, TheJobLeavesOthersAlone) {
  for (const MemberSource source : {journey, manual}) {
    std::vector<RosterRow> rows{row(source, 1, std::nullopt)};
    const std::string before = text(rows);
    EXPECT_EQ(wish(rows, champion, 10), JobChange::none) << "as wanted";
    EXPECT_EQ(wish(rows, influencer, 10), JobChange::blocked);
    EXPECT_EQ(wish(rows, std::nullopt, 10), JobChange::blocked);
    EXPECT_EQ(text(rows), before);
  }
}

TEST(Precedence, AnInstantThatIsAnotherDayElsewhereStillEndsAfterItBegins) {
  DayBoundary new_york("America/New_York");
  std::vector<RosterRow> rows{row(job, 1, std::nullopt)};
  rows[0].since = *parse_timestamp("2026-03-03T02:00:00Z");  // the 2nd in New York
  EXPECT_EQ(want_role(rows, ann, std::nullopt, day_of_march(3), new_york), JobChange::left);
  EXPECT_EQ(text(rows), "job C 2026-03-02..2026-03-02\n");
}

TEST(Precedence, ARowThatIsThereIsNoNews) {
  std::size_t gave_way = 0;
  std::vector<RosterRow> rows{row(manual, 1, 9), row(manual, 20, std::nullopt)};
  EXPECT_EQ(add_row(rows, row(manual, 1, 9), gave_way), Addition::there);
  EXPECT_EQ(add_row(rows, row(manual, 5, 12), gave_way), Addition::overlap);
  EXPECT_EQ(add_row(rows, row(manual, 1, 25), gave_way), Addition::overlap);
  EXPECT_EQ(add_row(rows, row(manual, 1, 15), gave_way), Addition::ended);
  EXPECT_EQ(add_row(rows, row(manual, 16, 18), gave_way), Addition::added);
  EXPECT_EQ(rows.size(), 3u);
}

}  // namespace
}  // namespace rolecall
