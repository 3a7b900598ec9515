#include "sim/measures/survival.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// By hand: of 5 at risk on day 1 one closes; one is censored; of 3 at risk on day 3 one closes and
// one is censored; the last closes on day 5.
const std::vector<Spell> five{{3, true}, {1, true}, {5, true}, {2, false}, {3, false}};

TEST(Survival, MultipliesTheSharesThatStay) {
  const SurvivalCurve curve(five);
  EXPECT_EQ(curve.beyond(0), 1);
  EXPECT_DOUBLE_EQ(curve.beyond(1), 4. / 5);
  EXPECT_DOUBLE_EQ(curve.beyond(2.9), 4. / 5);
  EXPECT_DOUBLE_EQ(curve.reaching(3), 4. / 5);
  EXPECT_DOUBLE_EQ(curve.beyond(3), 4. / 5 * 2 / 3);
  EXPECT_EQ(curve.beyond(5), 0);
  EXPECT_EQ(curve.beyond(99), 0);
  EXPECT_EQ(curve.follow_up(), 5);
  ASSERT_EQ(curve.steps().size(), 3u);
  EXPECT_EQ(curve.steps()[1].at_risk, 3u);
  EXPECT_EQ(curve.steps()[1].closed, 1u);
}

TEST(Survival, HasTheErrorOfGreenwood) {
  const SurvivalCurve curve(five);
  EXPECT_EQ(curve.standard_error(0), 0);
  EXPECT_DOUBLE_EQ(curve.standard_error(3), 8. / 15 * std::sqrt(1. / (5 * 4) + 1. / (3 * 2)));
  EXPECT_TRUE(std::isnan(curve.standard_error(5)));
}

TEST(Survival, HasQuantilesWhereTheyAreReached) {
  const SurvivalCurve curve(five);
  EXPECT_EQ(curve.quantile(.1), 1);
  EXPECT_EQ(curve.quantile(.2), 1);  // S(1) = .8, met by 1 − .2
  EXPECT_EQ(curve.median(), 5);
  const std::vector<Spell> open{{1, true}, {2, false}, {3, false}, {4, false}};
  EXPECT_EQ(SurvivalCurve(open).median(), infinity);
  EXPECT_EQ(SurvivalCurve(open).beyond(100), .75);
}

// 1 − p rounds, and is what S is all the same.
TEST(Survival, HasQuantilesOnItsSteps) {
  std::vector<Spell> ten;
  for (int day = 1; day <= 10; ++day) ten.push_back({static_cast<double>(day), true});
  for (int k = 1; k <= 9; ++k) EXPECT_EQ(SurvivalCurve(ten).quantile(k / 10.), k);
}

TEST(Survival, OfNothingIsUndefined) {
  const SurvivalCurve curve({});
  EXPECT_TRUE(std::isnan(curve.beyond(1)));
  EXPECT_TRUE(std::isnan(curve.reaching(1)));
  EXPECT_TRUE(std::isnan(curve.standard_error(1)));
  EXPECT_TRUE(std::isnan(curve.median()));
  EXPECT_TRUE(std::isnan(curve.follow_up()));
  EXPECT_TRUE(std::isnan(curve.beyond(1, .95).low));
}

// Weeks in remission under 6-MP (Freireich et al. 1963, doi:10.1182/blood.V21.6.699.699). The curve
// and its bounds are those of scipy 1.17: stats.ecdf of CensoredData, confidence_interval(.95,
// "log-log"); the errors are printed in textbooks (.0764, .0869, .0963, .1068, .1141, .1282,
// .1346).
TEST(Survival, AgreesWithScipyOnRemissions) {
  std::vector<Spell> spells;
  for (const double week : {6, 6, 6, 7, 10, 13, 16, 22, 23}) spells.push_back({week, true});
  for (const double week : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35})
    spells.push_back({week, false});
  const SurvivalCurve curve(spells);
  struct Row {
    double week, survival, error, low, high;
  };
  for (const Row row : {Row{6, .85714286, .0764, .61971796, .95155175},
                        Row{7, .80672269, .0869, .56314656, .92280902},
                        Row{10, .75294118, .0963, .50319951, .88936184},
                        Row{13, .69019608, .1068, .43161022, .84906596},
                        Row{16, .62745098, .1141, .36751086, .80491219},
                        Row{22, .53781513, .1282, .26777894, .74679072},
                        Row{35, .44817927, .1346, .18805201, .68014263}}) {
    const Interval s = curve.beyond(row.week, .95);
    EXPECT_NEAR(s.value, row.survival, 1e-8) << row.week;
    EXPECT_NEAR(s.low, row.low, 1e-8) << row.week;
    EXPECT_NEAR(s.high, row.high, 1e-8) << row.week;
    EXPECT_NEAR(curve.standard_error(row.week), row.error, 5e-5) << row.week;
  }
  EXPECT_EQ(curve.median(), 23);
  EXPECT_EQ(curve.reaching(23, .95).low, curve.beyond(22, .95).low);
}

std::vector<Spell> draw_spells(std::uint64_t entity, std::size_t n, double censoring) {
  Random random(11, RandomStream::outcomes, entity);
  std::vector<Spell> spells(n);
  for (Spell& spell : spells) {
    const double closes = std::ceil(draw_exponential(random, 10));
    const double ends = censoring > 0 ? std::ceil(draw_exponential(random, censoring)) : infinity;
    spell = {std::min(closes, ends), closes <= ends};
  }
  return spells;
}

TEST(Survival, WithoutCensoringIsTheShareItself) {
  for (std::size_t n = 1; n < 60; ++n) {
    const std::vector<Spell> spells = draw_spells(n, n, 0);
    const SurvivalCurve curve(spells);
    const auto total = static_cast<double>(n);
    for (double t = 0; t < 50; ++t) {
      const auto longer = static_cast<double>(
          std::ranges::count_if(spells, [&](const Spell& s) { return s.duration > t; }));
      const auto as_long = static_cast<double>(
          std::ranges::count_if(spells, [&](const Spell& s) { return s.duration >= t; }));
      ASSERT_EQ(curve.beyond(t), longer / total);
      ASSERT_EQ(curve.reaching(t), as_long / total);
      if (longer > 0) {
        ASSERT_NEAR(curve.standard_error(t),
                    std::sqrt(longer / total * (1 - longer / total) / total), 1e-12);
      }
    }
  }
}

// The formula by the letter.
TEST(Survival, IsTheProductOverDays) {
  for (std::size_t n = 1; n < 60; ++n) {
    std::vector<Spell> spells = draw_spells(100 + n, n, 15);
    const SurvivalCurve curve(spells);
    std::ranges::reverse(spells);
    const SurvivalCurve reversed(spells);
    double product = 1;
    for (double t = 0; t < 50; ++t) {
      double at_risk = 0, closed = 0;
      for (const Spell& s : spells) {
        at_risk += s.duration >= t ? 1 : 0;
        closed += s.duration == t && s.closed ? 1 : 0;
      }
      if (closed > 0) product *= 1 - closed / at_risk;
      ASSERT_NEAR(curve.beyond(t), product, 1e-13);
      ASSERT_EQ(curve.beyond(t), reversed.beyond(t));
    }
  }
}

// Of 1,000 samples of 80 spells, a third censored; S(7) of the law is e^-.7. The binomial standard
// error of the share covered is .007.
TEST(Survival, IntervalsCoverTheLaw) {
  int covered = 0;
  for (std::uint64_t sample = 0; sample < 1000; ++sample) {
    const Interval s = SurvivalCurve(draw_spells(1000 + sample, 80, 20)).beyond(7, .95);
    covered += s.low <= std::exp(-.7) && std::exp(-.7) <= s.high ? 1 : 0;
  }
  EXPECT_NEAR(covered / 1000., .95, .025);
}

// Of five (above), those that close on days 1 and 3, or that of day 5.
TEST(ShareOfEnds, WeighsByWhoIsStillWatched) {
  EXPECT_DOUBLE_EQ(share_of_ends(five, std::vector<std::uint8_t>{1, 1, 0, 0, 0}),
                   1. / 5 + 4. / 5 * 1 / 3);
  EXPECT_DOUBLE_EQ(share_of_ends(five, std::vector<std::uint8_t>{0, 0, 1, 1, 1}), 8. / 15);
  EXPECT_TRUE(std::isnan(share_of_ends({}, {})));
  EXPECT_TRUE(
      std::isnan(share_of_ends(std::vector<Spell>{{3, false}}, std::vector<std::uint8_t>{1})));
}

// Redistribution to the right (Efron 1967): a censored spell leaves its mass to those that last
// longer, in equal parts.
double slow_share_of_ends(const std::vector<Spell>& spells,
                          const std::vector<std::uint8_t>& that_way) {
  std::vector<std::size_t> order(spells.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair(spells[i].duration, !spells[i].closed);  // closed ones first
  });
  std::vector<double> mass(spells.size(), 1);
  double chosen = 0, all = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const Spell& spell = spells[order[k]];
    if (spell.closed) {
      all += mass[k];
      if (that_way[order[k]] != 0) chosen += mass[k];
      continue;
    }
    const auto later = static_cast<double>(order.size() - k - 1);
    for (std::size_t j = k + 1; j < order.size(); ++j) mass[j] += mass[k] / later;
  }
  return chosen / all;
}

TEST(ShareOfEnds, AgreesWithRedistributionToTheRight) {
  Random random(7, RandomStream::outcomes, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Spell> spells;
    std::vector<std::uint8_t> that_way;
    for (std::uint64_t n = 1 + random.below(60); n > 0; --n) {
      spells.push_back({static_cast<double>(random.below(20)), draw_chance(random, .7)});
      that_way.push_back(draw_chance(random, .4));
    }
    spells.push_back({static_cast<double>(random.below(20)), true});
    that_way.push_back(1);
    EXPECT_NEAR(share_of_ends(spells, that_way), slow_share_of_ends(spells, that_way), 1e-12);
  }
}

// Wins take long, losses are quick, and half of all are watched for too short a time.
TEST(ShareOfEnds, IsNotMovedByCensoring) {
  Random random(8, RandomStream::outcomes, 1);
  std::vector<Spell> spells;
  std::vector<std::uint8_t> won;
  double plain_won = 0, plain = 0;
  for (int i = 0; i < 20'000; ++i) {
    const bool wins = draw_chance(random, .3);
    const double ends = 1 + static_cast<double>(random.below(wins ? 100 : 20));
    const double watched = 1 + static_cast<double>(random.below(120));
    spells.push_back({std::min(ends, watched), ends <= watched});
    won.push_back(wins);
    if (ends > watched) continue;
    ++plain;
    plain_won += wins;
  }
  EXPECT_NEAR(share_of_ends(spells, won), .3, .02);
  EXPECT_LT(plain_won / plain, .24);
}

}  // namespace
}  // namespace rolecall::sim
