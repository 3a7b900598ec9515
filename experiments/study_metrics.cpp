#include "experiments/study_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

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

// Metrics of one fold, values then replicates: metric × (replicates + 1).
std::vector<std::vector<double>> measure_fold(const JudgedFold& fold,
                                              const std::vector<double>& scores,
                                              const StudySpec::HandOff& hand_off,
                                              const StudySpec::Bootstrap& bootstrap) {
  const std::size_t n = bootstrap.replicates;
  std::vector<std::vector<double>> figures(study_metrics.size(), std::vector<double>(n + 1, nan));
  const ReplicatedMetrics found = replicate_metrics(
      {.row = {}, .score = scores, .won = fold.won, .tree = fold.tree},
      {.replicates = n, .confidence = bootstrap.confidence, .seed = bootstrap.seed});
  for (const Metric metric : all_metrics) {
    const std::size_t at = place(to_string(metric)), from = static_cast<std::size_t>(metric);
    figures[at][0] = found.value[from];
    for (std::size_t r = 0; r < n; ++r) figures[at][r + 1] = found.replicates[r][from];
  }
  const ResamplingUnits units = units_of(fold.tree);
  const std::size_t ndcg_at = place("ndcg"), profit_at = place("profit");
  const HandOff offer{hand_off.capacity, hand_off.value_won, hand_off.cost};
  const DecisionRanking ranked(scores, fold.won);
  parallel::for_each(n + 1, [&](std::size_t column) {
    std::vector<std::uint32_t> weight(fold.won.size(), 1);
    if (column > 0) {
      std::vector<std::uint32_t> multiplicity(units.count);
      draw_multiplicity(bootstrap.seed, column - 1, multiplicity);
      for (std::size_t g = 0; g < weight.size(); ++g) weight[g] = multiplicity[units.of_group[g]];
    }
    figures[ndcg_at][column] = ranked.ndcg(1, weight).value_or(nan);
    figures[profit_at][column] = ranked.profit(offer, weight);
  });
  return figures;
}

}  // namespace

bool is_loss(std::string_view metric) {
  return metric == "brier" || metric == "log_loss" || metric == "calibration_error";
}

std::vector<Replicated> measure_model(const std::vector<JudgedFold>& folds,
                                      const ComparedModel& model,
                                      const StudySpec::HandOff& hand_off,
                                      const StudySpec::Bootstrap& bootstrap) {
  std::vector<Replicated> figures(study_metrics.size());
  for (Replicated& figure : figures) figure.replicates.assign(bootstrap.replicates, 0);
  double total = 0;
  for (const JudgedFold& fold : folds) total += static_cast<double>(fold.won.size());
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const auto fold = measure_fold(folds[f], model.scores[f], hand_off, bootstrap);
    const double share = static_cast<double>(folds[f].won.size()) / total;
    for (std::size_t m = 0; m < figures.size(); ++m) {
      figures[m].value += share * fold[m][0];
      for (std::size_t r = 0; r < bootstrap.replicates; ++r)
        figures[m].replicates[r] += share * fold[m][r + 1];
    }
  }
  return figures;
}

IntervalValue interval_of(const Replicated& figure, double confidence) {
  const PercentileBounds bounds = percentile_interval(figure.replicates, confidence);
  return {figure.value, bounds.low, bounds.high};
}

Replicated difference(const Replicated& a, const Replicated& b) {
  Replicated result{a.value - b.value, a.replicates};
  for (std::size_t r = 0; r < result.replicates.size(); ++r)
    result.replicates[r] -= b.replicates[r];
  return result;
}

IntervalValue wilson_interval(std::int64_t hits, std::int64_t tries, double confidence) {
  if (tries == 0) return {nan, nan, nan};
  const auto n = static_cast<double>(tries);
  const double p = static_cast<double>(hits) / n, z = normal_quantile(.5 + confidence / 2);
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, middle - half, middle + half};
}

Comparison compare(const std::vector<JudgedFold>& folds, std::vector<ComparedModel> models,
                   const StudySpec::HandOff& hand_off, const StudySpec::Bootstrap& bootstrap) {
  const Phase phase("compare models");
  Comparison comparison{std::move(models), {}};
  for (const ComparedModel& model : comparison.models)
    comparison.figures.push_back(measure_model(folds, model, hand_off, bootstrap));
  return comparison;
}

std::vector<StudyTable> comparison_tables(const Comparison& comparison,
                                          const std::vector<JudgedFold>& folds,
                                          const StudySpec::HandOff& hand_off, double confidence) {
  const std::vector<ComparedModel>& models = comparison.models;
  std::vector<std::string> names, descriptions, model_of_row, metric_of_row;
  std::vector<IntervalValue> values, gains;
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
  std::vector<double> tau, overlap, flipped;
  for (const ComparedModel& model : models) {
    double groups = 0, t = 0, o = 0, f = 0;
    for (std::size_t k = 0; k < folds.size(); ++k) {
      const auto n = static_cast<double>(folds[k].won.size());
      const auto top = static_cast<std::uint64_t>(std::llround(hand_off.capacity * n));
      groups += n;
      const RankPair pair(models[0].scores[k], model.scores[k]);
      t += n * pair.tau_b();
      o += n * pair.top_overlap(top);
      f += pair.flipped(top);
    }
    tau.push_back(t / groups);
    overlap.push_back(o / groups);
    flipped.push_back(f / groups);
  }
  std::vector<StudyTable> tables;
  tables.push_back(
      TableBuilder("models",
                   "what was compared on groups that no search saw; the first is the "
                   "default")
          .texts("model", names, "")
          .texts("description", descriptions, "")
          .numbers("kendall_tau", std::move(tau), "", "of its ranking with the default's")
          .numbers("top_overlap", std::move(overlap), "",
                   "share of its hand-offs that the default hands off too")
          .numbers("flipped", std::move(flipped), "",
                   "share of groups that it hands off and the default does not")
          .done());
  tables.push_back(TableBuilder("metrics",
                                "figures of the models, and gains over the default, paired by "
                                "replicate; of losses less is better")
                       .texts("model", model_of_row, "")
                       .texts("metric", metric_of_row, "")
                       .intervals("value", values, "", "mean over folds by number of groups")
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
    const IntervalValue v = interval_of(figure, confidence);
    const IntervalValue g = interval_of(difference(figure, comparison.figures[0][m]), confidence);
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
