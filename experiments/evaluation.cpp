#include "experiments/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/calibration.hpp"
#include "experiments/held_out.hpp"
#include "experiments/ranking_metrics.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check(const EvaluationOptions& options) {
  ProblemList problems;
  if (options.replicates > UINT32_MAX)
    problems.add({.field = "replicates",
                  .value = fmt::format("{}", options.replicates),
                  .what = "more bootstrap replicates than 2^32",
                  .remedy = "Take some thousands."});
  if (!(options.confidence > 0 && options.confidence < 1))
    problems.add({.field = "confidence",
                  .value = fmt::format("{}", options.confidence),
                  .what = "not between 0 and 1",
                  .remedy = "Write 95 % as 0.95."});
  if (options.folds < 2)
    problems.add({.field = "folds",
                  .value = fmt::format("{}", options.folds),
                  .what = "fewer than two folds leave nothing to hold out",
                  .remedy = "Take 2 or more, for example 5."});
  if (options.bins < 1 || options.bins > 10'000)
    problems.add({.field = "bins",
                  .value = fmt::format("{}", options.bins),
                  .what = "not from 1 to 10000",
                  .remedy = "Take for example 10."});
  problems.throw_if_any();
}

OutcomeTally outcomes_of(const RankedGroups& ranked) {
  const auto won = static_cast<std::int64_t>(
      std::ranges::count_if(ranked.won, [](std::uint8_t w) { return w != 0; }));
  return {won, static_cast<std::int64_t>(ranked.size()) - won};
}

void check_both_outcomes(const OutcomeTally& total) {
  if (total.has_both()) return;
  throw InputError(
      {.field = "outcome",
       .what = total.groups() == 0
                   ? "no scored group has an outcome, won or lost"
                   : fmt::format("all of the {} groups with an outcome are {}, so the score has "
                                 "nothing to tell apart",
                                 total.groups(), total.won > 0 ? "won" : "lost"),
       .remedy = "Evaluate on groups of which at least one is won and one is lost: widen the "
                 "condition or choose another as-of date."});
}

// The groups in the two forms that a replicate walks, made once.
class Measurement {
 public:
  Measurement(const RankedGroups& ranked, std::size_t folds, std::size_t bins)
      : ranking_(ranked),
        calibration_(
            held_out_probabilities(ranked, assign_folds(ranked.unit, ranked.units, folds), folds),
            ranked.won, ranked.unit, ranked.units),
        bins_(bins),
        sample_(calibration_.levels()) {
    const std::vector<std::uint32_t> once(ranked.units, 1);
    values_ = *measure(once, sample_);
    bin_of_level_ = calibration_.bin_of_level(sample_, bins);
  }

  // Of the groups as observed.
  const MetricValues& values() const { return values_; }
  std::vector<CalibrationBin> reliability() const { return reliability(sample_); }

  std::size_t levels() const { return calibration_.levels(); }

  // Of a replicate; nothing when it has no won or no lost group. Leaves the replicate's outcomes by
  // level in `tallies`, of size levels().
  std::optional<MetricValues> measure(std::span<const std::uint32_t> multiplicity,
                                      std::span<OutcomeTally> tallies) const {
    const std::optional<RankingMetrics> ranking = ranking_.measure(multiplicity);
    if (!ranking) return std::nullopt;
    calibration_.count(multiplicity, tallies);
    const CalibrationMetrics calibration = calibration_.measure(tallies, bins_);
    return MetricValues{ranking->auc,           ranking->pr_auc,
                        ranking->lift[0],       ranking->lift[1],
                        ranking->lift[2],       calibration.brier,
                        calibration.log_loss,   calibration.calibration_error,
                        calibration.brier_skill};
  }

  // Bins as of the sample, with the outcomes of `tallies`.
  std::vector<CalibrationBin> reliability(std::span<const OutcomeTally> tallies) const {
    return calibration_.by_bin(tallies, bin_of_level_, bins_);
  }

 private:
  Ranking ranking_;
  Calibration calibration_;
  std::size_t bins_;
  std::vector<OutcomeTally> sample_;
  std::vector<std::size_t> bin_of_level_;
  MetricValues values_{};
};

double share_won(const OutcomeTally& tally) {
  return tally.groups() == 0 ? nan
                             : static_cast<double>(tally.won) / static_cast<double>(tally.groups());
}

// Every figure of every replicate: a row per figure, a column per replicate, NaN where undefined.
class ReplicateTable {
 public:
  ReplicateTable(std::size_t figures, std::size_t replicates)
      : replicates_(replicates), values_(figures * replicates, nan) {}

  double at(std::size_t figure, std::size_t replicate) const {
    return values_[figure * replicates_ + replicate];
  }
  double& at(std::size_t figure, std::size_t replicate) {
    return values_[figure * replicates_ + replicate];
  }
  std::vector<double> row(std::size_t figure) const {
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(figure * replicates_);
    return {begin, begin + static_cast<std::ptrdiff_t>(replicates_)};
  }

 private:
  std::size_t replicates_;
  std::vector<double> values_;
};

// Figures: the metrics, then the share won of each bin.
ReplicateTable replicate(const Measurement& measurement, std::size_t units,
                         const EvaluationOptions& options,
                         std::span<const std::uint32_t> drawn = {}) {
  assert(drawn.empty() || drawn.size() == units * options.replicates);
  const Phase phase("bootstrap");
  ReplicateTable table(metric_count + options.bins, options.replicates);
  constexpr std::size_t grain = 8;  // spreads the cost of a task's scratch columns
  parallel::for_blocks(options.replicates, grain, [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> multiplicity(units);
    std::vector<OutcomeTally> tallies(measurement.levels());
    for (std::size_t r = begin; r < end; ++r) {
      if (drawn.empty()) draw_multiplicity(options.seed, r, multiplicity);
      const auto values =
          measurement.measure(drawn.empty() ? std::span<const std::uint32_t>(multiplicity)
                                            : drawn.subspan(r * units, units),
                              tallies);
      if (!values) continue;
      for (std::size_t m = 0; m < metric_count; ++m) table.at(m, r) = (*values)[m];
      const auto bins = measurement.reliability(tallies);
      for (std::size_t b = 0; b < bins.size(); ++b)
        table.at(metric_count + b, r) = share_won(bins[b].tally);
    }
  });
  return table;
}

}  // namespace

std::string_view to_string(Metric metric) {
  constexpr std::array<std::string_view, metric_count> names{
      "auc",   "pr_auc",   "lift_at_5",         "lift_at_10", "lift_at_20",
      "brier", "log_loss", "calibration_error", "brier_skill"};
  return names[static_cast<std::size_t>(metric)];
}

Evaluation evaluate(const LabelledScores& labelled, const EvaluationOptions& options) {
  const Phase phase("evaluate");
  check(options);
  const RankedGroups ranked = rank_groups(labelled);
  const OutcomeTally total = outcomes_of(ranked);
  check_both_outcomes(total);

  Evaluation result;
  result.groups = ranked.size();
  result.won = static_cast<std::size_t>(total.won);
  result.lost = static_cast<std::size_t>(total.lost);
  result.trees = ranked.trees;
  result.resampling_unit = ranked.resampling_unit;
  result.folds = std::min(options.folds, ranked.units);

  const Measurement measurement(ranked, result.folds, options.bins);
  const ReplicateTable table = replicate(measurement, ranked.units, options);
  const auto interval = [&](double value, std::size_t figure) {
    const auto [low, high] = percentile_interval(table.row(figure), options.confidence);
    return Interval{value, low, high};
  };
  for (std::size_t m = 0; m < metric_count; ++m)
    result.metrics[m] = interval(measurement.values()[m], m);
  const std::vector<double> auc = table.row(0);
  result.replicates_left_out =
      static_cast<std::size_t>(std::ranges::count_if(auc, [](double x) { return std::isnan(x); }));
  result.replicates_used = options.replicates - result.replicates_left_out;

  const std::vector<CalibrationBin> bins = measurement.reliability();
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const auto groups = bins[b].tally.groups();
    if (groups == 0) continue;
    result.reliability.push_back(
        {.groups = static_cast<std::size_t>(groups),
         .predicted = bins[b].predicted_sum / static_cast<double>(groups),
         .observed = interval(share_won(bins[b].tally), metric_count + b)});
  }
  return result;
}

ReplicatedMetrics replicate_metrics(const LabelledScores& labelled,
                                    const EvaluationOptions& options,
                                    std::span<const std::uint32_t> drawn) {
  const Phase phase("evaluate");
  check(options);
  const RankedGroups ranked = rank_groups(labelled);
  check_both_outcomes(outcomes_of(ranked));
  const Measurement measurement(ranked, std::min(options.folds, ranked.units), options.bins);
  const ReplicateTable table = replicate(measurement, ranked.units, options, drawn);
  ReplicatedMetrics result{measurement.values(), {}};
  result.replicates.resize(options.replicates);
  for (std::size_t r = 0; r < options.replicates; ++r)
    for (std::size_t m = 0; m < metric_count; ++m) result.replicates[r][m] = table.at(m, r);
  return result;
}

}  // namespace rolecall
