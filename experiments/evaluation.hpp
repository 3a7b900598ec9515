#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/interval.hpp"
#include "experiments/ranked_groups.hpp"

namespace rolecall {

struct EvaluationOptions {
  std::size_t replicates =
      2000;                 // of the bootstrap, 0 … 2^32; 0: no intervals. Time is linear in it
  double confidence = .95;  // of the intervals, in (0, 1); near 1 needs more replicates
  std::size_t folds = 5;    // 2 or more; more leaves more groups to each fit and costs a fit
  std::size_t bins = 10;    // of the reliability table, 1 … 10,000; more are finer and noisier
  std::uint64_t seed = 1;   // of the bootstrap
};

// In the order in which every report lists them. See RankingMetrics and CalibrationMetrics.
enum class Metric : std::uint8_t {
  auc,
  pr_auc,
  lift_at_5,
  lift_at_10,
  lift_at_20,
  brier,
  log_loss,
  calibration_error,
  brier_skill,
};
inline constexpr std::size_t metric_count = 9;
inline constexpr std::array<Metric, metric_count> all_metrics{
    Metric::auc,        Metric::pr_auc, Metric::lift_at_5, Metric::lift_at_10,
    Metric::lift_at_20, Metric::brier,  Metric::log_loss,  Metric::calibration_error,
    Metric::brier_skill};
std::string_view to_string(Metric metric);  // "lift_at_5"

// Groups of nearly equal predicted probability; never empty.
struct ReliabilityBin {
  std::size_t groups = 0;
  double predicted = 0;  // mean probability
  // Share won. The interval holds the bin's groups fixed, and leaves out replicates in which it is
  // empty; a share of 0 or 1 has an interval of no width.
  Interval observed;
};

struct Evaluation {
  std::size_t groups = 0;
  std::size_t won = 0;
  std::size_t lost = 0;
  std::size_t trees = 0;
  ResamplingUnit resampling_unit = ResamplingUnit::account_trees;
  std::size_t folds = 0;  // used: never more than there are resampling units
  std::size_t replicates_used = 0;
  std::size_t replicates_left_out = 0;  // drew no won or no lost group
  std::array<Interval, metric_count> metrics{};
  std::vector<ReliabilityBin> reliability;  // in rising order of probability

  const Interval& operator[](Metric metric) const {
    return metrics[static_cast<std::size_t>(metric)];
  }
};

using MetricValues = std::array<double, metric_count>;

// The metrics of some groups, and of every bootstrap replicate of them; NaN where a replicate drew
// no won or no lost group.
struct ReplicatedMetrics {
  MetricValues value{};
  std::vector<MetricValues> replicates;
};

// As evaluate(), before intervals are taken: replicates of different scores of the same groups
// under the same options draw the same account trees, so they compare one by one. `drawn` may hold
// what draw_multiplicity gives for each replicate in turn, so that it is done once for many scores.
ReplicatedMetrics replicate_metrics(const LabelledScores& labelled,
                                    const EvaluationOptions& options = {},
                                    std::span<const std::uint32_t> drawn = {});

// How well scores tell won from lost. Does not depend on the order of rows or on threads.
//
// Probabilities, for the Brier score and after, come from isotonic curves fit on other folds (see
// assign_folds, fit_isotonic); scores in use need no calibration of their own.
//
// Intervals are percentiles over replicates that draw as many account trees as there are, with
// replacement and all their groups (the cluster bootstrap: Davison & Hinkley 1997,
// doi:10.1017/CBO9780511802843, §3.8; Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x).
// Between two order statistics they interpolate (Hyndman & Fan 1996, doi:10.2307/2684934, type 7).
// They cover which account trees came to be observed. Held-out probabilities are not fit anew in a
// replicate, so for the probabilistic metrics they do not cover the fitting of the curve. With few
// trees (below some 30) cluster bootstrap intervals are too narrow. The calibration error cannot
// be negative and grows with noise, of which a replicate has more: its interval leans upward and
// may exclude the value.
//
// Throws InputError when no group is won or none is lost, and on options out of range.
Evaluation evaluate(const LabelledScores& labelled, const EvaluationOptions& options = {});

}  // namespace rolecall
