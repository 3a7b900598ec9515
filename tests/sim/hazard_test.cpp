// Times of log-normal hazards against the law itself, by Kolmogorov and Smirnov; and the buyers'
// journeys against chances and times asked for.
#include "sim/people/hazard.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "goodness_of_fit.hpp"
#include "sim/people/buyers.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using testing::Event;

// The share that lasts longer than so many days.
double lasts(double days, double median, double sigma) {
  return days <= 0 ? 1 : testing::normal_below(-std::log(days / median) / sigma);
}

// A variable whose law has jumps becomes uniform when it is spread over them.
double spread(double above, double at_least, double uniform) {
  return above + uniform * (at_least - above);
}

TEST(LogNormalHazard, AddsUpToTheLogarithmOfWhatLasts) {
  for (const double median : {.1, 3., 30., 400.})
    for (const double sigma : {.01, .3, .8, 2., 5.}) {
      const LogNormalHazard hazard(median, sigma);
      double sum = 0;
      for (int day = 1; day <= 3000; ++day) {
        sum += hazard.step(day - 1);
        const double left = lasts(day, median, sigma);
        if (left < 1.1e-6) {  // one in a million, where the hazard stays as it is
          EXPECT_GT(sum, 13) << "hardly anything lasts beyond " << median << ", " << sigma;
          break;
        }
        ASSERT_NEAR(std::exp(-sum) / left, 1, 1e-6) << median << ", " << sigma << ", day " << day;
      }
      EXPECT_GE(hazard.step(1'000'000), 0);
      EXPECT_EQ(hazard.step(-1), hazard.step(0));
    }
}

TEST(LogNormalHazard, IsMultipliedByThePaceOfItsClock) {
  std::mt19937_64 bits(3);
  std::uniform_real_distribution<double> uniform(1e-12, 1);
  for (const double pace : {.2, 1., 2.5})
    for (const auto& [median, sigma] : {std::pair(14., .9), {30., .1}, {2., .5}, {20., .01}}) {
      const LogNormalHazard hazard(median, sigma);
      std::vector<double> ranks;
      for (int n = 0; n < 4000; ++n) {
        const double limit = -std::log(uniform(bits));
        double clock = 0;
        int day = 0;
        while (clock < limit) clock += pace * hazard.step(day++);
        ranks.push_back(spread(std::pow(lasts(day, median, sigma), pace),
                               std::pow(lasts(day - 1, median, sigma), pace), uniform(bits)));
      }
      testing::expect_distribution(ranks, [](double u) { return u; });
    }
}

TEST(NormalProbability, IsThatOfTheNormalLaw) {
  for (double z = -20; z <= 8; z += .125)
    EXPECT_NEAR(normal_probability(z) / testing::normal_below(z), 1, 1e-13) << z;
}

// Nobody comes to consensus, nobody is disturbed: each stay takes its time and ends as it may.
class Journeys : public ::testing::Test {
 protected:
  static constexpr double median = 6, sigma = .5;
  static constexpr std::array onward{.7, .6, .5, .4, 0.}, back{.1, .2, .3, .25, .6};

  void SetUp() override {
    const Scenario scenario = testing::small_scenario(
        {"run.days = 700", "hand_off.by = 'none'", "market.entries = 4", "market.rest_lost = 20",
         "population.leavers = 0", "population.joiners = 0", "buyers.inbound_effect = 0",
         "buyers.outbound_effect = 0", "buyers.dwell_days = [6, 6, 6, 6, 6, 6]",
         "buyers.dwell_spread = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]",
         "buyers.onward = [0.7, 0.6, 0.5, 0.4, 0, 0]",
         "buyers.back = [0.1, 0.2, 0.3, 0.25, 0.6, 0]"});
    const Cast cast = testing::cast_of(scenario, 8);
    std::map<std::pair<std::uint32_t, std::uint32_t>, Event> since;
    for (const Event& e : testing::of_kind(testing::events_of(testing::run_through(scenario, 8)),
                                           EventKind::buyer_stage)) {
      const auto [at, is_new] = since.try_emplace({e.group, e.person}, e);
      if (!is_new && at->second.to > 0 && at->second.day < cast.days - 300)
        stays.push_back(
            {at->second.to, e.to, e.day - at->second.day,
             std::exp(pace_effect * (cast.group_intent[e.group] + cast.intent[e.person]))});
      at->second = e;
    }
  }

  struct Stay {
    std::uint8_t stage, next;
    int days;
    double pace;
  };
  std::vector<Stay> stays;
};

TEST_F(Journeys, TakeTheirTimeInEachStage) {
  std::mt19937_64 bits(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> ranks;
  for (const Stay& stay : stays)
    ranks.push_back(spread(std::pow(lasts(stay.days, median, sigma), stay.pace),
                           std::pow(lasts(stay.days - 1, median, sigma), stay.pace),
                           uniform(bits)));
  ASSERT_GT(ranks.size(), 1500u);
  testing::expect_distribution(ranks, [](double u) { return u; });
}

TEST_F(Journeys, GoOnBackAndOutAsOftenAsAskedFor) {
  for (std::size_t k = 0; k < onward.size(); ++k) {
    SCOPED_TRACE(k + 1);
    std::map<int, double> next;
    for (const Stay& stay : stays)
      if (stay.stage == k + 1) ++next[stay.next];
    const double out = 1 - onward[k] - back[k];
    const int stage = static_cast<int>(k) + 1;
    double all = 0;
    for (const auto& [to, n] : next) {
      EXPECT_TRUE(to == 0 || to == stage - 1 || to == stage + 1) << to;
      all += n;
    }
    EXPECT_GT(all, 50);
    if (stage == 1)
      testing::expect_counts({next[2], next[0]}, {onward[k], out + back[k]});
    else if (onward[k] == 0)
      testing::expect_counts({next[stage - 1], next[0]}, {back[k], out});
    else
      testing::expect_counts({next[stage + 1], next[stage - 1], next[0]},
                             {onward[k], back[k], out});
  }
}

}  // namespace
}  // namespace rolecall::sim
