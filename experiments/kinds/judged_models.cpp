#include "experiments/kinds/judged_models.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "experiments/baselines.hpp"
#include "experiments/decision_metrics.hpp"
#include "experiments/evaluation.hpp"
#include "experiments/outcome_profile.hpp"
#include "experiments/study_table.hpp"
#include "experiments/truth_model.hpp"
#include "results/digest.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/score.hpp"

namespace rolecall {

std::vector<std::vector<double>> by_fold(const std::vector<double>& scores,
                                         const std::vector<JudgedFold>& folds) {
  std::vector<std::vector<double>> result;
  for (const JudgedFold& fold : folds) {
    result.emplace_back();
    for (const std::size_t g : fold.groups) result.back().push_back(scores[g]);
  }
  return result;
}

std::vector<JudgedFold> test_folds(const CandidateJudge& judge, Validation& validation) {
  constexpr std::size_t fewest_trees = 10;
  std::vector<JudgedFold> folds;
  for (const Split& split : validation.splits) {
    JudgedFold fold{
        .groups = split.test, .won = judge.won_of(split.test), .tree = judge.tree_of(split.test)};
    if (units_of(fold.tree).trees < fewest_trees) validation.units.kind = ResamplingUnit::groups;
    folds.push_back(std::move(fold));
  }
  if (validation.units.kind == ResamplingUnit::groups)
    for (JudgedFold& fold : folds) std::iota(fold.tree.begin(), fold.tree.end(), 0u);
  return folds;
}

JudgedFold all_groups(const CandidateJudge& judge) {
  return {.groups = judge.part(0), .won = judge.won(), .tree = judge.tree()};
}

std::vector<ComparedModel> models_beside(const StudyTask& task, const World& world,
                                         const Model& base, CandidateJudge& judge,
                                         const std::vector<JudgedFold>& folds) {
  const Phase phase("score the models beside");
  std::vector<ComparedModel> models;
  const auto add = [&](std::string name, std::string description, const std::vector<double>& s) {
    models.push_back({std::move(name), std::move(description), by_fold(s, folds)});
  };
  add("default", "the base model, " + base.name + ", as it is searched around", judge.scores(base));
  const Model own = task.named(world, task.spec.model.base, task.base);
  if (task.spec.model.activities == "truth" && world.truth)
    add("vendor default", own.name + " with its own activity weights, cap, window and decay",
        judge.scores(own));
  add("one weight for all", "every activity that the base names and every role count alike, capped",
      judge.scores(one_weight_for_all(base)));
  add("raw totals", "the same without a cap", judge.scores(raw_totals(base)));
  try {
    const std::vector<double> days =
        active_days(world, judge.index_for(base), base, parse_as_of(task.spec.model.as_of));
    std::vector<double> of_groups;
    for (const std::size_t row : judge.rows()) of_groups.push_back(days[row]);
    add("active days", "days on which members did anything, added up", of_groups);
  } catch (const InputError&) {  // several templates: no one list of members
  }
  for (const auto& [name, model] : task.against) {
    const Model other = task.named(world, name, model);
    add(name, other.description, judge.scores(other));
  }
  if (!world.truth) return models;
  add("truth", "the weights, cap, window and decay that the world was made with",
      judge.scores(truth_model(world, "the world")));
  std::vector<double> true_scores;
  for (const GroupId group : judge.groups())
    true_scores.push_back(world.truth->score[group.index()]);
  if (std::ranges::none_of(true_scores, [](double v) { return std::isnan(v); }))
    add("true score", "what outcomes were drawn from, machines left out: the ceiling", true_scores);
  return models;
}

std::vector<StudyTable> group_tables(const StudyTask& task, const World& world, const Model& base,
                                     CandidateJudge& judge, const std::vector<double>& scores) {
  const Phase phase("describe groups");
  std::vector<StudyTable> tables;
  const auto bins = [&](const char* name, const char* what, const char* unit,
                        const OutcomeBins& b) {
    tables.push_back(TableBuilder(name, what)
                         .numbers("low", b.low, unit, "")
                         .numbers("high", b.high, unit, "")
                         .counts("won", b.won, "groups", "")
                         .counts("lost", b.lost, "groups", "")
                         .done());
  };
  bins("scores",
       "groups by engagement under the found or best model; the last bin holds all above as well",
       "", score_bins(scores, judge.won()));

  Model plain = base;
  plain.readings = {.completeness_roles = base.readings.completeness_roles,
                    .day_boundary = base.readings.day_boundary};
  try {
    const ScoresByRole by_role = score_by_role(world, judge.index_for(plain), bind(plain, world),
                                               parse_as_of(task.spec.model.as_of));
    std::vector<double> completeness;
    for (const std::size_t row : judge.rows())
      completeness.push_back(by_role.scores.groups.completeness[row]);
    bins("completeness", "groups by completeness", "%",
         completeness_bands(completeness, judge.won()));
    const RolesTemplate& roles = base.templates.front();
    const RoleCoverage c = role_coverage(by_role.roles, judge.rows(), roles, judge.won());
    std::vector<std::string> names;
    for (const RoleCard& card : roles.roles) names.push_back(card.name);
    tables.push_back(
        TableBuilder("coverage", "roles as groups have them")
            .texts("role", names, "")
            .numbers("members", c.members, "people", "mean of a group")
            .numbers("filled", c.filled, "", "share of groups with enough members in the role")
            .numbers("won_if_filled", c.won_if_filled, "", "share won of these; NaN: none")
            .numbers("won_if_missing", c.won_if_missing, "", "share won of the others; NaN: none")
            .done());
  } catch (const InputError&) {  // several templates: roles have no one list
  }

  const StudySpec::Bootstrap& bootstrap = task.spec.bootstrap;
  const Evaluation evaluation =
      evaluate({.row = {}, .score = scores, .won = judge.won(), .tree = judge.tree()},
               {.replicates = bootstrap.replicates,
                .confidence = bootstrap.confidence,
                .seed = bootstrap.seed});
  std::vector<double> predicted;
  std::vector<std::int64_t> groups;
  std::vector<Interval> observed;
  for (const ReliabilityBin& bin : evaluation.reliability) {
    predicted.push_back(bin.predicted);
    groups.push_back(static_cast<std::int64_t>(bin.groups));
    observed.push_back({bin.observed.value, bin.observed.low, bin.observed.high});
  }
  tables.push_back(
      TableBuilder("reliability",
                   "probabilities of winning from isotonic curves through other groups, as "
                   "evaluate has them, and what then happened")
          .numbers("predicted", std::move(predicted), "", "mean probability of the bin")
          .intervals("observed", observed, "", "share won")
          .counts("groups", std::move(groups), "groups", "")
          .done());

  std::vector<double> share, precision, recall, profit;
  for (const HandOffPoint& p :
       DecisionRanking(scores, judge.won()).curve(task.spec.hand_off, even_shares(50))) {
    share.push_back(p.share);
    precision.push_back(p.precision);
    recall.push_back(p.recall);
    profit.push_back(p.profit);
  }
  tables.push_back(TableBuilder("capacity", "what comes of handing the best groups to sales")
                       .numbers("share", std::move(share), "", "of groups handed off")
                       .numbers("precision", std::move(precision), "", "share of them won")
                       .numbers("recall", std::move(recall), "", "share of the won among them")
                       .numbers("profit", std::move(profit), "", "per group")
                       .done());
  return tables;
}

void describe_groups(const StudyTask& task, const CandidateJudge& judge,
                     const ResamplingUnits& units, StudyRun& run) {
  auto& summary = run.record.summary;
  summary.emplace_back("groups", static_cast<std::int64_t>(judge.won().size()));
  summary.emplace_back("won", static_cast<std::int64_t>(std::ranges::count(judge.won(), 1)));
  summary.emplace_back("trees", static_cast<std::int64_t>(units.trees));
  summary.emplace_back("resampled", std::string(to_string(units.kind)));
  summary.emplace_back("replicates", static_cast<std::int64_t>(task.spec.bootstrap.replicates));
  summary.emplace_back("confidence", task.spec.bootstrap.confidence);
  run.warnings.insert(run.warnings.end(), judge.warnings().begin(), judge.warnings().end());
  run.warnings.push_back(weak_interval_warning(units.kind, units.trees));
}

}  // namespace rolecall
