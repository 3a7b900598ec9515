#include "core/auc.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace rolecall {
namespace {

using Scores = std::vector<double>;
using Won = std::vector<std::uint8_t>;

double auc_by_pairs(const Scores& score, const Won& won) {
  double half_wins = 0, pairs = 0;
  for (std::size_t i = 0; i < score.size(); ++i)
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (won[i] == 0 || won[j] != 0) continue;
      half_wins += score[i] > score[j] ? 2 : score[i] == score[j] ? 1 : 0;
      ++pairs;
    }
  return half_wins / (2 * pairs);  // both whole numbers, so that there is one rounding
}

TEST(AreaUnderCurve, ByHand) {
  EXPECT_EQ(area_under_curve(Scores{1, 2, 3, 4}, Won{0, 1, 0, 1}), .75);
  EXPECT_EQ(area_under_curve(Scores{1, 2, 8, 9}, Won{0, 0, 1, 1}), 1);
  EXPECT_EQ(area_under_curve(Scores{1, 2, 8, 9}, Won{1, 1, 0, 0}), 0);
  EXPECT_EQ(area_under_curve(Scores{5, 5, 5}, Won{0, 1, 0}), .5);
  EXPECT_EQ(area_under_curve(Scores{-0.0, 0.0}, Won{0, 1}), .5);  // one number
}

TEST(AreaUnderCurve, IsTheDefinitionOnRandomScores) {
  std::mt19937_64 bits(1);
  std::size_t defined = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 1 + bits() % 120, levels = 1 + bits() % 60, odds = 1 + bits() % 9;
    Scores score;
    Won won;
    for (std::size_t i = 0; i < n; ++i) {
      score.push_back(static_cast<double>(bits() % levels) / 3 - 7);
      won.push_back(bits() % 10 < odds ? 0 : static_cast<std::uint8_t>(1 + bits() % 255));
    }
    const double want = auc_by_pairs(score, won), got = area_under_curve(score, won);
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(got));
      continue;
    }
    EXPECT_EQ(got, want) << "round " << round;
    ++defined;
  }
  EXPECT_GT(defined, 300u);
}

TEST(AreaUnderCurve, ForgetsTheOrderOfItems) {
  std::mt19937_64 bits(2);
  for (int round = 0; round < 50; ++round) {
    Scores score;
    Won won;
    for (int i = 0; i < 90; ++i) {
      score.push_back(std::ldexp(static_cast<double>(bits() % 40) - 20, static_cast<int>(i % 7)));
      won.push_back(bits() % 3 == 0);
    }
    const double first = area_under_curve(score, won);
    std::vector<std::size_t> order(score.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (int again = 0; again < 5; ++again) {
      std::shuffle(order.begin(), order.end(), bits);
      Scores s;
      Won w;
      for (const std::size_t i : order) s.push_back(score[i]), w.push_back(won[i]);
      EXPECT_EQ(area_under_curve(s, w), first);
    }
  }
}

TEST(AreaUnderCurve, LooksAtOrderAlone) {
  std::mt19937_64 bits(3);
  Scores score, risen;
  Won won, lost;
  for (int i = 0; i < 200; ++i) {
    score.push_back(static_cast<double>(bits() % 50));
    risen.push_back(std::exp(score.back()));
    won.push_back(bits() % 2 == 0);
    lost.push_back(won.back() == 0);
  }
  const double auc = area_under_curve(score, won);
  EXPECT_EQ(area_under_curve(risen, won), auc);
  EXPECT_NEAR(area_under_curve(score, lost), 1 - auc, 1e-15);
}

TEST(AreaUnderCurve, TakesNumbersOfAnySize) {
  constexpr double most = std::numeric_limits<double>::max();
  constexpr double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(area_under_curve(Scores{-most, -least, least, most}, Won{0, 0, 1, 1}), 1);
  EXPECT_EQ(area_under_curve(Scores{most, -most}, Won{0, 1}), 0);
}

// More pairs than 2^32, nearly all of them right.
TEST(AreaUnderCurve, CountsManyPairs) {
  constexpr std::size_t half = 100'000;
  Scores score;
  Won won;
  for (std::size_t i = 0; i < 2 * half; ++i) {
    score.push_back(static_cast<double>(i));
    won.push_back(i >= half);
  }
  EXPECT_EQ(area_under_curve(score, won), 1);
  score[2 * half - 1] = -1;  // a won item below all lost ones: half of 2·half² pairs
  EXPECT_EQ(area_under_curve(score, won), 1 - 1. / half);
}

TEST(AreaUnderCurve, HasNothingToSayWithoutBothOutcomes) {
  EXPECT_TRUE(std::isnan(area_under_curve(Scores{}, Won{})));
  EXPECT_TRUE(std::isnan(area_under_curve(Scores{1}, Won{1})));
  EXPECT_TRUE(std::isnan(area_under_curve(Scores{1, 2, 3}, Won{0, 0, 0})));
  EXPECT_TRUE(std::isnan(area_under_curve(Scores{1, 2, 3}, Won{1, 1, 1})));
}

}  // namespace
}  // namespace rolecall
