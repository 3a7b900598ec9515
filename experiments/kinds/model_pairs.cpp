#include "experiments/kinds/model_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/rank_overlap.hpp"
#include "experiments/study_table.hpp"

namespace rolecall {
namespace {

std::size_t place_of_metric(std::string_view metric) {
  return static_cast<std::size_t>(std::ranges::find(study_metrics, metric) - study_metrics.begin());
}

}  // namespace

ModelPair compare_pair(const Comparison& comparison, std::size_t first, std::size_t second,
                       std::string_view metric, const StudySpec& spec) {
  const std::size_t m = place_of_metric(metric);
  const Replicated gain = difference(comparison.figures[second][m], comparison.figures[first][m]);
  ModelPair pair{
      .first = first, .second = second, .gain = interval_of(gain, spec.bootstrap.confidence)};
  double better = 0, known = 0;
  for (const double v : gain.replicates) {
    if (std::isnan(v)) continue;
    known += 1;
    better += v > 0 ? 1 : v < 0 ? 0 : .5;
  }
  pair.better_share = better / known;
  const RankPair ranks(comparison.models[first].scores.front(),
                       comparison.models[second].scores.front());
  const auto n = static_cast<double>(ranks.size());
  const auto top = static_cast<std::uint64_t>(std::llround(spec.hand_off.capacity * n));
  pair.kendall_tau = ranks.tau_b();
  pair.top_overlap = ranks.top_overlap(top);
  pair.flipped = ranks.flipped(top) / n;
  return pair;
}

std::vector<ModelPair> compare_pairs(const Comparison& comparison,
                                     const std::vector<std::size_t>& places,
                                     std::string_view metric, const StudySpec& spec) {
  const Phase phase("compare pairs");
  std::vector<ModelPair> pairs;
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::size_t k = i + 1; k < places.size(); ++k)
      pairs.push_back(compare_pair(comparison, places[i], places[k], metric, spec));
  return pairs;
}

StudyTable pairs_table(const Comparison& comparison, const std::vector<ModelPair>& pairs,
                       std::string_view metric) {
  std::vector<std::string> first, second, verdicts;
  std::vector<Interval> gains;
  std::vector<double> better, tau, overlap, flipped;
  for (const ModelPair& pair : pairs) {
    first.push_back(comparison.models[pair.first].name);
    second.push_back(comparison.models[pair.second].name);
    gains.push_back(pair.gain);
    verdicts.push_back(verdict(pair.gain));
    better.push_back(pair.better_share);
    tau.push_back(pair.kendall_tau);
    overlap.push_back(pair.top_overlap);
    flipped.push_back(pair.flipped);
  }
  return TableBuilder("pairs", fmt::format("every two models: what b gains over a by {}, paired by "
                                           "replicate, and how alike they rank",
                                           metric))
      .texts("a", first, "")
      .texts("b", second, "")
      .intervals("gain", gains, "", "of b over a")
      .numbers("better_share", std::move(better), "",
               "share of replicates in which b is better; equal ones count half")
      .texts("verdict", verdicts, "of b, by where the interval lies")
      .numbers("kendall_tau", std::move(tau), "", "of the two rankings")
      .numbers("top_overlap", std::move(overlap), "", "share of a's hand-offs that b hands off too")
      .numbers("flipped", std::move(flipped), "", "share of groups that a hands off and b does not")
      .done();
}

Comparison compare_in(StudyJournal& journal, Progress& progress, const JudgedFold& groups,
                      std::vector<ComparedModel> models, const StudySpec& spec) {
  const Phase phase("compare models");
  Comparison comparison{std::move(models), {}};
  const std::size_t columns = spec.bootstrap.replicates + 1;
  progress.begin("compare", comparison.models.size(), "models");
  for (std::size_t i = 0; i < comparison.models.size(); ++i) {
    const std::vector<double> row = journal.rows(
        "models", study_metrics.size() * columns, i, i + 1, [&](std::size_t, std::size_t) {
          std::vector<double> figures;
          const Comparison one =
              compare({groups}, {comparison.models[i]}, spec.hand_off, spec.bootstrap);
          for (const Replicated& figure : one.figures.front()) {
            figures.push_back(figure.value);
            figures.insert(figures.end(), figure.replicates.begin(), figure.replicates.end());
          }
          return figures;
        });
    std::vector<Replicated>& figures = comparison.figures.emplace_back();
    for (std::size_t m = 0; m < study_metrics.size(); ++m) {
      const auto begin = row.begin() + static_cast<std::ptrdiff_t>(m * columns);
      figures.push_back({*begin, {begin + 1, begin + static_cast<std::ptrdiff_t>(columns)}});
    }
    progress.advance(1);
  }
  progress.end();
  return comparison;
}

StudyTask with_known_models(const StudyTask& task, const World& world,
                            std::vector<std::string>& warnings) {
  StudyTask known{.spec = task.spec, .world_spec = {}, .base = task.base, .against = {}};
  // Names are columns of a table: each is there once.
  std::vector<std::string> names{"default",    task.spec.model.base, "one weight for all",
                                 "raw totals", "active days",        "truth",
                                 "true score", "vendor default"};
  if (task.spec.kind == "tune") names.emplace_back("found");
  for (const auto& [name, model] : task.against) {
    if (!model && !world.truth) {
      warnings.push_back(fmt::format(
          "the world says nothing of \"{}\", which only generated worlds do: it is left out.",
          name));
      continue;
    }
    if (name == "truth" && !model) continue;  // stands beside every study of such a world
    std::string own = name;
    for (int i = 2; std::ranges::find(names, own) != names.end(); ++i)
      own = fmt::format("{} ({})", name, i);
    names.push_back(own);
    known.against.emplace_back(own, model);
  }
  return known;
}

std::string constant_warning(const std::vector<ComparedModel>& models) {
  std::string names;
  std::size_t constant = 0;
  for (const ComparedModel& model : models) {
    const std::vector<double>& scores = model.scores.front();
    if (std::ranges::any_of(scores, [&](double v) { return v != scores.front(); })) continue;
    names += (names.empty() ? "" : ", ") + model.name;
    ++constant;
  }
  if (constant == 0) return {};
  if (constant == models.size())
    throw InputError({.field = "model",
                      .value = models.front().name,
                      .what = "every group has the same score under every model",
                      .remedy = "Take models with a template for the roles of this world and "
                                "weights for its activities."});
  return fmt::format(
      "every group has the same score under {}. Do these models name roles and activities as the "
      "world does?",
      names);
}

std::string foreign_warning(const Model& model, const World& world) {
  if (model.every_other || model.activities.empty()) return {};
  const auto& types = world.activities.type_names;
  std::size_t known = 0;
  for (const ActivityRule& rule : model.activities)
    for (std::size_t t = 0; t < types.size(); ++t) known += types[t] == rule.name;
  if (2 * known >= model.activities.size()) return {};
  return fmt::format("{} of the {} activities that {} names are in the world; it sees no others.",
                     known, model.activities.size(), model.name);
}

std::size_t place_of(const Comparison& comparison, std::string_view model) {
  return static_cast<std::size_t>(
      std::ranges::find(comparison.models, model, &ComparedModel::name) -
      comparison.models.begin());
}

}  // namespace rolecall
