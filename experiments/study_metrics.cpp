#include "experiments/study_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/decision_metrics.hpp"
#include "experiments/evaluation.hpp"
#include "experiments/rank_overlap.hpp"
#include "experiments/study_table.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::size_t place(std::string_view metric) {
  return static_cast<std::size_t>(std::ranges::find(study_metrics, metric) - study_metrics.begin());
}

// How often each account tree of a fold, and so each of its groups, occurs in every replicate.
// Folds draw apart: the same draws would move them together, as if what stands at the same place in
// two folds were alike.
struct Draws {
  std::vector<std::uint32_t> of_units;   // replicates × units
  std::vector<std::uint32_t> of_groups;  // replicates × groups

  Draws(const JudgedFold& fold, std::size_t number, const StudySpec::Bootstrap& bootstrap) {
    const ResamplingUnits units = units_of(fold.tree);
    const std::size_t groups = fold.won.size(), n = bootstrap.replicates;
    of_units.resize(n * units.count);
    of_groups.resize(n * groups);
    parallel::for_each(n, [&](std::size_t r) {
      const auto drawn = std::span(of_units).subspan(r * units.count, units.count);
      draw_multiplicity(bootstrap.seed, number * n + r, drawn);
      for (std::size_t g = 0; g < groups; ++g) of_groups[r * groups + g] = drawn[units.of_group[g]];
    });
  }
};

// Metrics of one fold, values then replicates: metric × (replicates + 1).
std::vector<std::vector<double>> measure_fold(const JudgedFold& fold,
                                              const std::vector<double>& scores, const Draws& draws,
                                              const HandOff& hand_off,
                                              const StudySpec::Bootstrap& bootstrap) {
  const std::size_t n = bootstrap.replicates, groups = fold.won.size();
  std::vector<std::vector<double>> figures(study_metrics.size(), std::vector<double>(n + 1, nan));
  const ReplicatedMetrics metrics = replicate_metrics(
      {.row = {}, .score = scores, .won = fold.won, .tree = fold.tree},
      {.replicates = n, .confidence = bootstrap.confidence, .seed = bootstrap.seed},
      draws.of_units);
  for (const Metric metric : all_metrics) {
    const std::size_t at = place(to_string(metric)), from = static_cast<std::size_t>(metric);
    figures[at][0] = metrics.value[from];
    for (std::size_t r = 0; r < n; ++r) figures[at][r + 1] = metrics.replicates[r][from];
  }
  const std::size_t ndcg_at = place("ndcg"), profit_at = place("profit");
  const DecisionRanking ranked(scores, fold.won);
  parallel::for_each(n + 1, [&](std::size_t column) {
    const auto weight = column == 0
                            ? std::span<const std::uint32_t>{}
                            : std::span(draws.of_groups).subspan((column - 1) * groups, groups);
    const auto found = ranked.ndcg_and_profit(hand_off, weight);
    figures[ndcg_at][column] = found.ndcg;
    figures[profit_at][column] = found.profit;
  });
  return figures;
}

}  // namespace

Interval interval_of(const Replicated& figure, double confidence) {
  const PercentileBounds bounds = percentile_interval(figure.replicates, confidence);
  return {figure.value, bounds.low, bounds.high};
}

Replicated difference(const Replicated& a, const Replicated& b) {
  Replicated result{a.value - b.value, a.replicates};
  for (std::size_t r = 0; r < result.replicates.size(); ++r)
    result.replicates[r] -= b.replicates[r];
  return result;
}

Interval wilson_interval(std::int64_t hits, std::int64_t tries, double confidence) {
  if (tries == 0) return {nan, nan, nan};
  const auto n = static_cast<double>(tries);
  const double p = static_cast<double>(hits) / n, z = normal_quantile(.5 + confidence / 2);
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, middle - half, middle + half};
}

Comparison compare(const std::vector<JudgedFold>& folds, std::vector<ComparedModel> models,
                   const HandOff& hand_off, const StudySpec::Bootstrap& bootstrap) {
  const Phase phase("compare models");
  Comparison comparison{std::move(models), {}};
  Replicated none{0, std::vector<double>(bootstrap.replicates, 0)};
  comparison.figures.assign(comparison.models.size(),
                            std::vector<Replicated>(study_metrics.size(), none));
  double total = 0;
  for (const JudgedFold& fold : folds) total += static_cast<double>(fold.won.size());
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const Draws draws(folds[f], f, bootstrap);
    const double share = static_cast<double>(folds[f].won.size()) / total;
    parallel::for_each(comparison.models.size(), [&](std::size_t i) {
      const auto fold =
          measure_fold(folds[f], comparison.models[i].scores[f], draws, hand_off, bootstrap);
      for (std::size_t m = 0; m < study_metrics.size(); ++m) {
        Replicated& figure = comparison.figures[i][m];
        figure.value += share * fold[m][0];
        for (std::size_t r = 0; r < bootstrap.replicates; ++r)
          figure.replicates[r] += share * fold[m][r + 1];
      }
    });
  }
  return comparison;
}

std::vector<StudyTable> comparison_tables(const Comparison& comparison,
                                          const std::vector<JudgedFold>& folds,
                                          const HandOff& hand_off, double confidence) {
  const std::vector<ComparedModel>& models = comparison.models;
  std::vector<std::string> names, descriptions, model_of_row, metric_of_row;
  std::vector<Interval> values, gains;
  for (std::size_t i = 0; i < models.size(); ++i) {
    names.push_back(models[i].name);
    descriptions.push_back(models[i].description);
    for (std::size_t m = 0; m < study_metrics.size(); ++m) {
      const Replicated& figure = comparison.figures[i][m];
      model_of_row.push_back(models[i].name);
      metric_of_row.emplace_back(study_metrics[m]);
      values.push_back(interval_of(figure, confidence));
      gains.push_back(interval_of(difference(figure, comparison.figures[0][m]), confidence));
    }
  }
  std::vector<double> tau(models.size()), overlap(models.size()), flipped(models.size());
  parallel::for_each(models.size(), [&](std::size_t i) {
    double groups = 0;
    for (std::size_t k = 0; k < folds.size(); ++k) {
      const auto n = static_cast<double>(folds[k].won.size());
      const auto top = static_cast<std::uint64_t>(std::llround(hand_off.capacity * n));
      const RankPair pair(models[0].scores[k], models[i].scores[k]);
      groups += n;
      tau[i] += n * pair.tau_b();
      overlap[i] += n * pair.top_overlap(top);
      flipped[i] += pair.flipped(top);
    }
    for (std::vector<double>* figure : {&tau, &overlap, &flipped}) (*figure)[i] /= groups;
  });
  std::vector<StudyTable> tables;
  tables.push_back(
      TableBuilder("models", "what was compared; the first is the default")
          .texts("model", names, "")
          .texts("description", descriptions, "")
          .numbers("kendall_tau", std::move(tau), "", "of its ranking with the default's")
          .numbers("top_overlap", std::move(overlap), "",
                   "share of its hand-offs that the default hands off too")
          .numbers("flipped", std::move(flipped), "",
                   "share of groups that it hands off and the default does not")
          .done());
  tables.push_back(
      TableBuilder("metrics",
                   "figures of the models, and gains over the default, paired by "
                   "replicate; of losses less is better")
          .texts("model", model_of_row, "")
          .texts("metric", metric_of_row, "")
          .intervals("value", values, "", "of several folds the mean by number of groups")
          .intervals("gain", gains, "", "over the default")
          .done());
  TableBuilder replicates("replicates", "AUC of the models under every bootstrap replicate");
  for (std::size_t i = 0; i < models.size(); ++i)
    replicates.numbers(models[i].name, comparison.figures[i][0].replicates, "", "");
  tables.push_back(replicates.done());
  return tables;
}

std::vector<TableColumn> metric_columns(const Comparison& comparison, std::string_view metric,
                                        double confidence) {
  TextColumn model, value, range, gain, gain_range;
  const std::size_t m = place(metric);
  for (std::size_t i = 0; i < comparison.models.size(); ++i) {
    const Replicated& figure = comparison.figures[i][m];
    const Interval v = interval_of(figure, confidence);
    const Interval g = interval_of(difference(figure, comparison.figures[0][m]), confidence);
    model.push_back(comparison.models[i].name);
    value.push_back(fmt::format("{:.4f}", v.value));
    range.push_back(fmt::format("{:.4f} … {:.4f}", v.low, v.high));
    gain.push_back(i == 0 ? "" : fmt::format("{:+.4f}", g.value));
    gain_range.push_back(i == 0 ? "" : fmt::format("{:+.4f} … {:+.4f}", g.low, g.high));
  }
  return {{"model", std::move(model)},
          {std::string(metric), std::move(value)},
          {"interval", std::move(range)},
          {"gain", std::move(gain)},
          {"of the gain", std::move(gain_range)}};
}

}  // namespace rolecall
