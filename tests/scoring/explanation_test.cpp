// Explanations of scores and of their changes, against score() and the tables of the world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "random_case.hpp"
#include "scoring/explanation.hpp"
#include "scoring/explanation_change.hpp"

namespace rolecall {
namespace {

using testing::crowded_world;
using testing::random_model;

const char* const as_of_days[] = {"2026-03-15", "2026-04-05", "outcome-7d", "created+10d"};

// With a type that outweighs the others, and windows too short for it to occur in all of them.
Model uneven_model(std::uint64_t seed) {
  Model model = random_model(seed);
  model.window_days = 3;
  model.activities[0].weight = 50;
  model.readings.weight_scaling =
      seed % 2 == 1 ? Readings::Scaling::max : Readings::Scaling::min_max;
  return model;
}

struct Case {
  explicit Case(std::uint64_t seed)
      : world(crowded_world(seed)),
        model(seed % 3 == 1 ? uneven_model(seed) : random_model(seed)),
        bound(bind(model, world)),
        index(index_activities(world.activities, bound.boundary)),
        as_of(parse_as_of(as_of_days[seed % std::size(as_of_days)])) {}

  // Whether score() rounds but once before the group transform.
  bool is_exact(const Explanation& e) const {
    return e.linear && e.weights.exact && e.template_of >= 0 &&
           bound.templates[static_cast<std::size_t>(e.template_of)].exact;
  }

  World world;
  Model model;
  BoundModel bound;
  ActivityIndex index;
  AsOf as_of;
};

double size_of(const Explanation& e) {
  double size = 0;
  for (const ExplainedMember& m : e.members)
    for (const ExplainedActivity& a : m.activities)
      size += std::abs((m.share * a.points).rounded());
  if (!e.linear)
    for (const ExplainedMember& m : e.members) size += std::abs(m.contribution().rounded());
  return size;
}

TEST(Explanation, MakesUpTheScore) {
  std::size_t exact = 0, near = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    const Case c(seed);
    const GroupScores scores = score(c.world, c.index, c.bound, c.as_of).groups;
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const Explanation e = explain(c.world, c.index, c.bound, c.as_of, scores.group[row]);
      EXPECT_EQ(e.engagement, scores.engagement[row]);
      EXPECT_EQ(e.as_of, scores.as_of[row]);
      EXPECT_EQ(e.people, scores.members[row]);
      EXPECT_EQ(e.missing, scores.missing[row]);
      EXPECT_EQ(e.group_extent.scaled(e.transformed, c.model.readings.group_scaling), e.engagement);
      BigFraction sum;
      for (const ExplainedMember& m : e.members) {
        BigFraction points;
        for (const ExplainedActivity& a : m.activities) {
          EXPECT_EQ(a.points, BigFraction(a.counted) * a.weight);
          EXPECT_EQ(a.counted, std::min(a.count, c.bound.caps[a.type.index()]));
          points += a.points;
          sum += e.linear ? a.points * m.share : BigFraction();
        }
        EXPECT_EQ(points, m.points);
        if (!e.linear) sum += m.contribution();
      }
      EXPECT_EQ(sum, e.sum);
      if (c.is_exact(e)) {
        EXPECT_EQ(sum.rounded(), e.raw);
        exact += e.raw != 0;
      } else {
        EXPECT_NEAR(sum.rounded(), e.raw, 1e-12 * size_of(e));
        near += e.raw != 0;
      }
    }
  }
  EXPECT_GT(exact, 500u);
  EXPECT_GT(near, 500u);
}

// By hand, from the rows of the log.
TEST(Explanation, CountsWhatHappened) {
  std::size_t rows = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Case c(seed);
    DayBoundary clock(c.model.readings.day_boundary);
    for (const GroupId group : score(c.world, c.index, c.bound, c.as_of).groups.group) {
      const Explanation e = explain(c.world, c.index, c.bound, c.as_of, group);
      for (const ExplainedMember& m : e.members) {
        std::map<std::pair<Day, ActivityTypeId>, std::uint64_t> counts;
        const ActivityLog& log = c.world.activities;
        for (auto i = log.offsets[m.person.index()]; i < log.offsets[m.person.index() + 1]; ++i) {
          const Day day = clock.day_of(log.times[i]);
          if (e.created && day >= e.window.first && day <= e.as_of && log.count(i) > 0)
            counts[{day, log.types[i]}] += log.count(i);
        }
        ASSERT_EQ(m.activities.size(), counts.size());
        auto a = m.activities.begin();
        for (const auto& [key, count] : counts) {
          EXPECT_EQ(std::pair(a->day, a->type), key);
          EXPECT_EQ((a++)->count, count);
        }
        rows += counts.size();
      }
    }
  }
  EXPECT_GT(rows, 10'000u);
}

TEST(Explanation, IsTheSameForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Case c(seed);
    for (const GroupId group : score(c.world, c.index, c.bound, c.as_of).groups.group) {
      std::set<std::string> sums;
      for (const std::size_t threads : {1, 2, 3, 8}) {
        const parallel::ThreadLimit limit(threads);
        sums.insert(explain(c.world, c.index, c.bound, c.as_of, group).sum.to_string());
      }
      EXPECT_EQ(sums.size(), 1u);
    }
  }
}

TEST(ExplainChange, AddsUpExactly) {
  std::map<Cause, std::size_t> seen;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    const Case c(seed);
    const Readings& r = c.model.readings;
    const bool has_group_stage = r.group_transform != Readings::Transform::none ||
                                 r.group_scaling != Readings::Scaling::none;
    // In short windows a day or two, so that some days stay.
    const auto days = static_cast<int>(seed % 3 == 1 ? 1 + seed % 2 : seed % 20);
    AsOf since = c.as_of;
    since.date -= days_rep{days};
    since.offset -= days;
    for (const GroupId group : score(c.world, c.index, c.bound, c.as_of).groups.group) {
      const Change change = explain_change(c.world, c.index, c.bound, since, c.as_of, group);
      BigFraction sum, whole = change.after.sum - change.before.sum;
      if (has_group_stage)
        whole =
            BigFraction::of(change.after.engagement) - BigFraction::of(change.before.engagement);
      double size = 0;
      for (const ChangeRow& row : change.rows) {
        sum += row.amount;
        size = std::max(size, std::abs(row.amount.rounded()));
      }
      EXPECT_EQ(sum, change.sum);
      EXPECT_EQ(sum, whole);
      for (const ChangeRow& row : change.rows) {
        ++seen[row.cause];
        if (row.cause == Cause::rounding)
          EXPECT_LE(std::abs(row.amount.rounded()), 1e-9 * (1 + size));
      }
      if (days == 0) EXPECT_EQ(change.rows.size(), 0u);
    }
  }
  for (const auto& [word, cause] : Choices<Cause>::all)
    if (cause != Cause::rounding) EXPECT_GT(seen[cause], 5u) << word;
}

// Days in the log that lie in one window and not in the other, and no others.
TEST(ExplainChange, TellsWhichDaysCameAndWent) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Case c(seed);
    AsOf since = c.as_of;
    since.date -= days_rep{3};
    since.offset -= 3;
    for (const GroupId group : score(c.world, c.index, c.bound, c.as_of).groups.group) {
      const Change change = explain_change(c.world, c.index, c.bound, since, c.as_of, group);
      const auto within = [](const Explanation& e, Day day) {
        return e.created && e.window.first <= day && day <= e.window.last;
      };
      for (const ChangeRow& row : change.rows) {
        if (row.cause != Cause::newly_counted && row.cause != Cause::expired) continue;
        const bool came = row.cause == Cause::newly_counted;
        EXPECT_EQ(within(change.after, row.day), came);
        EXPECT_EQ(within(change.before, row.day), !came);
      }
    }
  }
}

TEST(ExplainChange, GoesForward) {
  const Case c(3);
  ASSERT_GT(c.world.groups.size(), 0u);
  try {
    explain_change(c.world, c.index, c.bound, parse_as_of("2026-03-16"), parse_as_of("2026-03-15"),
                   GroupId{0});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("this is after the as-of day, 2026-03-15"));
  }
}

}  // namespace
}  // namespace rolecall
