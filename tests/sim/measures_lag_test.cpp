#include "sim/measures/lag.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace rolecall::sim {
namespace {

Day day(int n) { return Day{days_rep{n}}; }

TEST(Lag, IsSellerLessBuyer) {
  const std::vector<EntryDays> groups{
      {day(100), day(90)}, {day(100), day(100)}, {day(100), day(104)},
      {day(5), day(25)},   {day(7), day(57)},    {day(100), {}},
      {day(101), {}},      {{}, day(3)},         {{}, {}},
  };
  const LagSummary lags = lags_of(groups);  // −10, 0, 4, 20, 50
  EXPECT_EQ(lags.both, 5u);
  EXPECT_EQ(lags.buyer_only, 2u);
  EXPECT_EQ(lags.seller_only, 1u);
  EXPECT_EQ(lags.neither, 1u);
  EXPECT_EQ(lags.lower_quartile, 0);
  EXPECT_EQ(lags.median, 4);
  EXPECT_EQ(lags.upper_quartile, 20);
  EXPECT_EQ(lags.seller_ahead, .2);
  EXPECT_EQ(lags.same_day, .2);
}

TEST(Lag, InterpolatesBetweenDays) {
  const std::vector<EntryDays> groups{{day(0), day(1)}, {day(0), day(4)}};
  const LagSummary lags = lags_of(groups);
  EXPECT_EQ(lags.lower_quartile, 1.75);
  EXPECT_EQ(lags.median, 2.5);
}

TEST(Lag, TurnsRoundWithItsClocks) {
  const std::vector<EntryDays> one{{day(3), day(1)}, {day(3), day(9)}, {day(2), {}}};
  const std::vector<EntryDays> other{{day(1), day(3)}, {day(9), day(3)}, {{}, day(2)}};
  const LagSummary a = lags_of(one), b = lags_of(other);
  EXPECT_EQ(a.median, -b.median);
  EXPECT_EQ(a.lower_quartile, -b.upper_quartile);
  EXPECT_EQ(a.seller_ahead, 1 - b.seller_ahead);
  EXPECT_EQ(a.buyer_only, b.seller_only);
}

TEST(Lag, OfNoPairIsUndefined) {
  const std::vector<EntryDays> groups{{day(1), {}}, {{}, day(2)}};
  const LagSummary lags = lags_of(groups);
  EXPECT_EQ(lags.both, 0u);
  EXPECT_TRUE(std::isnan(lags.median));
  EXPECT_TRUE(std::isnan(lags.seller_ahead));
  EXPECT_TRUE(std::isnan(lags.same_day));
}

}  // namespace
}  // namespace rolecall::sim
