#include "experiments/calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "experiments/bootstrap.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

struct Sample {
  std::vector<double> probability;
  std::vector<std::uint8_t> won;
  std::vector<std::uint32_t> unit;
};

CalibrationMetrics metrics_of(const Sample& s, std::size_t bins) {
  const std::size_t units = s.unit.empty() ? 0 : *std::ranges::max_element(s.unit) + 1;
  const Calibration calibration(s.probability, s.won, s.unit, units);
  std::vector<OutcomeTally> tallies(calibration.levels());
  calibration.count(std::vector<std::uint32_t>(units, 1), tallies);
  return calibration.measure(tallies, bins);
}

// Row by row: the bin of a group is that of the middle of all groups with its probability.
double calibration_error_by_rows(const Sample& s, std::size_t bins) {
  const std::size_t n = s.probability.size();
  std::vector<double> excess(bins, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const auto below = static_cast<std::size_t>(
        std::ranges::count_if(s.probability, [&](double p) { return p < s.probability[i]; }));
    const auto alike =
        static_cast<std::size_t>(std::ranges::count(s.probability, s.probability[i]));
    excess[bins * (2 * below + alike) / (2 * n)] += s.probability[i] - s.won[i];
  }
  double sum = 0;
  for (const double e : excess) sum += std::abs(e);
  return sum / static_cast<double>(n);
}

Sample random_sample(std::uint64_t seed, std::size_t n, std::size_t units, std::size_t levels) {
  Random random = testing::test_random(seed);
  Sample s;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t level = random.below(levels + 1);
    s.probability.push_back(static_cast<double>(level) / static_cast<double>(levels));
    s.won.push_back(i == 0 ? 1 : i == 1 ? 0 : random.below(levels + 1) <= level);
    s.unit.push_back(static_cast<std::uint32_t>(i < units ? i : random.below(units)));
  }
  return s;
}

TEST(Calibration, ByHand) {
  const Sample s{{.2, .2, .6, .6}, {0, 1, 1, 1}, {0, 1, 2, 3}};
  const CalibrationMetrics m = metrics_of(s, 2);
  EXPECT_DOUBLE_EQ(m.brier, (.04 + .64 + .16 + .16) / 4);
  EXPECT_DOUBLE_EQ(m.log_loss, -(std::log(.8) + std::log(.2) + 2 * std::log(.6)) / 4);
  EXPECT_DOUBLE_EQ(m.calibration_error, .5 * .3 + .5 * .4);
  EXPECT_NEAR(m.brier_skill, 1 - .25 / (.75 * .25), 1e-14);
  EXPECT_DOUBLE_EQ(metrics_of(s, 1).calibration_error, .35);
}

TEST(Calibration, CertaintyIsKeptFromInfiniteLoss) {
  const CalibrationMetrics m = metrics_of({{0, 1}, {1, 1}, {0, 1}}, 2);
  EXPECT_DOUBLE_EQ(m.log_loss, -(std::log(.25) + std::log(.75)) / 2);
  EXPECT_DOUBLE_EQ(m.brier, .5);
}

TEST(Calibration, ALevelIsNeverSplit) {
  // Seven of ten groups are one level, which fills the bin of its middle; the rest keep theirs.
  Sample s;
  s.probability = {.1, .3, .3, .3, .3, .3, .3, .3, .8, .9};
  s.won = {0, 0, 1, 0, 0, 1, 0, 0, 1, 1};
  s.unit = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Calibration calibration(s.probability, s.won, s.unit, 10);
  std::vector<OutcomeTally> tallies(calibration.levels());
  calibration.count(std::vector<std::uint32_t>(10, 1), tallies);
  EXPECT_EQ(tallies, (std::vector<OutcomeTally>{{0, 1}, {2, 5}, {1, 0}, {1, 0}}));
  const auto bins = calibration.bin_of_level(tallies, 5);
  EXPECT_EQ(bins, (std::vector<std::size_t>{0, 2, 4, 4}));
  const auto by_bin = calibration.by_bin(tallies, bins, 5);
  EXPECT_EQ(by_bin[1].tally, OutcomeTally{});
  EXPECT_EQ(by_bin[2].tally, (OutcomeTally{2, 5}));
  EXPECT_DOUBLE_EQ(by_bin[4].predicted_sum, 1.7);
}

TEST(Calibration, AgreesWithTheDefinitions) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Sample s = random_sample(seed, 3 + seed, 3, 1 + seed % 23);
    const CalibrationMetrics m = metrics_of(s, 1 + seed % 12);
    double brier = 0;
    for (std::size_t i = 0; i < s.won.size(); ++i)
      brier += std::pow(s.probability[i] - s.won[i], 2) / static_cast<double>(s.won.size());
    EXPECT_NEAR(m.brier, brier, 1e-13);
    EXPECT_NEAR(m.calibration_error, calibration_error_by_rows(s, 1 + seed % 12), 1e-13);
  }
}

TEST(Calibration, MultiplicitiesAreRepeatedRows) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Sample s = random_sample(seed, 80, 12, 20);
    const Calibration calibration(s.probability, s.won, s.unit, 12);
    std::vector<std::uint32_t> multiplicity(12);
    draw_multiplicity(3, seed, multiplicity);
    std::vector<OutcomeTally> tallies(calibration.levels());
    calibration.count(multiplicity, tallies);
    Sample copies;
    for (std::size_t i = 0; i < s.won.size(); ++i)
      for (std::uint32_t k = 0; k < multiplicity[s.unit[i]]; ++k) {
        copies.probability.push_back(s.probability[i]);
        copies.won.push_back(s.won[i]);
        copies.unit.push_back(s.unit[i]);
      }
    const CalibrationMetrics weighted = calibration.measure(tallies, 7);
    const CalibrationMetrics physical = metrics_of(copies, 7);
    EXPECT_EQ(weighted.brier, physical.brier);
    EXPECT_EQ(weighted.calibration_error, physical.calibration_error);
    EXPECT_EQ(weighted.brier_skill, physical.brier_skill);
    // The bound on certainty is that of the observed groups, 80, not of the replicate.
    EXPECT_NEAR(weighted.log_loss, physical.log_loss, .1);
  }
}

}  // namespace
}  // namespace rolecall
