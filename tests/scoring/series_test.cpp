#include "scoring/series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/simd.hpp"
#include "random_case.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Day day(const char* text) { return *parse_day(text); }

TEST(Series, OfGroupsIsTheScoreOfEveryDayToTheBit) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const World world = testing::crowded_world(seed);
    const Model model = testing::random_model(seed);
    SCOPED_TRACE(::testing::Message() << "seed " << seed << "\n" << to_toml(model));
    const Day first = day("2026-02-20") + days_rep{static_cast<int>(seed % 40)};
    const std::size_t days = 1 + seed % 30;
    const Series series =
        group_series(world, model, first, first + days_rep{static_cast<int>(days) - 1});
    ASSERT_EQ(series.days, days);
    ASSERT_EQ(series.rows, world.groups.size());
    for (std::size_t d = 0; d < days; ++d) {
      const AsOf as_of{.date = first + days_rep{static_cast<int>(d)}};
      const GroupScores want = score(world, model, as_of).groups;
      for (std::size_t g = 0; g < series.rows; ++g)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(series.at(g, d)),
                  std::bit_cast<std::uint64_t>(want.engagement[g]))
            << "day " << d << ", group " << g << ": " << series.at(g, d) << " for "
            << want.engagement[g];
    }
  }
}

TEST(Series, OfPeopleIsTheScoreOfEveryDayToTheBit) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const World world = testing::crowded_world(seed);
    Model model = testing::random_model(seed);
    model.readings.since_creation = false;
    const Day first = day("2026-03-01");
    const Series series = person_series(world, model, first, first + days_rep{9});
    for (std::size_t d = 0; d < series.days; ++d) {
      const AsOf as_of{.date = first + days_rep{static_cast<int>(d)}};
      const std::vector<double> want = score(world, model, as_of).people;
      ASSERT_EQ(series.rows, want.size());
      for (std::size_t p = 0; p < want.size(); ++p, ++compared)
        ASSERT_EQ(series.at(p, d), want[p]) << "seed " << seed << ", day " << d << ", person " << p;
    }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(Series, HasTheSameBitsOnEveryInstructionSetAndForAnyThreads) {
  const World world = testing::crowded_world(7);
  Model model = load_model("ajo-seed");
  const auto run = [&] {
    return group_series(world, model, day("2026-03-01"), day("2026-04-20")).scores;
  };
  const std::vector<double> want = run();
  for (const std::string& target : simd::available())
    for (const std::size_t threads : {1, 3}) {
      const simd::Limit limit(target);
      const parallel::ThreadLimit bound(threads);
      EXPECT_EQ(run(), want) << target;
    }
}

TEST(Series, WarnsOfDaysOutsideTheLog) {
  const World world = testing::crowded_world(7);
  const Model model = load_model("ajo-seed");
  const DaySpan log = days_of(world.activities, DayBoundary()).value();
  const auto warnings = [&](int before, int after) {
    const Day first = log.first - days_rep{before}, last = log.last + days_rep{after};
    std::vector<std::string> all = group_series(world, model, first, last).warnings;
    EXPECT_EQ(person_series(world, model, first, last).warnings, all);
    std::erase_if(all, [](const std::string& w) { return w.find("outside") == w.npos; });
    return all;
  };
  const std::string days = std::to_string((log.last - log.first).count() + 6);
  EXPECT_THAT(warnings(0, 0), IsEmpty());
  EXPECT_THAT(warnings(-1, -1), IsEmpty());
  EXPECT_THAT(warnings(2, 3), ElementsAre(HasSubstr("5 of " + days + " days lie outside the log")));
  const int length = (log.last - log.first).count();
  EXPECT_THAT(warnings(-length - 3, 9), ElementsAre(HasSubstr("7 of 7 days lie outside")));
}

TEST(Series, RefusesWhatHasNoSeries) {
  const World world = testing::crowded_world(1);
  Model model = load_model("ajo-seed");
  EXPECT_THROW(group_series(world, model, day("2026-03-02"), day("2026-03-01")), InputError);
  model.readings.since_creation = true;
  EXPECT_THROW(person_series(world, model, day("2026-03-01"), day("2026-03-02")), InputError);
}

}  // namespace
}  // namespace rolecall
