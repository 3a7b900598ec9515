#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/evaluation.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/truth_model.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, model, as_of, against;
  std::string judged = "engagement", format = "table";
  EvaluationOptions evaluation;
};

std::string_view meaning(Metric metric) {
  switch (metric) {
    case Metric::auc:
      return "chance that a won group outscores a lost one; 0.5 is a coin";
    case Metric::pr_auc:
      return "average precision; a coin gets the share won";
    case Metric::lift_at_5:
      return "share won in the top 5 %, over the share won";
    case Metric::lift_at_10:
      return "the same for the top 10 %";
    case Metric::lift_at_20:
      return "the same for the top 20 %";
    case Metric::brier:
      return "mean squared error of the probability; 0 is best";
    case Metric::log_loss:
      return "mean surprise [nat]; 0 is best";
    case Metric::calibration_error:
      return "mean gap of predicted and observed share";
    case Metric::brier_skill:
      return "Brier score against the share won; 1 is best, 0 no use";
  }
  return "";
}

nlohmann::ordered_json to_json(const Interval& i) {
  return {{"value", i.value}, {"low", i.low}, {"high", i.high}};
}

// What the model gains over another on the same groups, replicate by replicate.
struct Gains {
  std::string over;
  std::array<Interval, metric_count> of{};
};

Gains gains_over(const Model& other, const LabelledScores& mine, const LabelledScores& theirs,
                 const EvaluationOptions& options) {
  Gains gains{.over = other.name};
  const ReplicatedMetrics a = replicate_metrics(theirs, options);
  const ReplicatedMetrics b = replicate_metrics(mine, options);
  for (std::size_t m = 0; m < metric_count; ++m) {
    std::vector<double> differences;
    for (std::size_t r = 0; r < b.replicates.size(); ++r)
      differences.push_back(b.replicates[r][m] - a.replicates[r][m]);
    const auto [low, high] = percentile_interval(std::move(differences), options.confidence);
    gains.of[m] = {b.value[m] - a.value[m], low, high};
  }
  return gains;
}

std::string as_json(const Evaluation& e, const Options& o, const Model& model,
                    const std::optional<Gains>& gains) {
  nlohmann::ordered_json metrics, reliability = nlohmann::ordered_json::array();
  for (const Metric metric : all_metrics)
    metrics[std::string(to_string(metric))] = to_json(e[metric]);
  for (const ReliabilityBin& bin : e.reliability)
    reliability.push_back({{"groups", bin.groups},
                           {"predicted", bin.predicted},
                           {"observed", to_json(bin.observed)}});
  nlohmann::ordered_json all{{"model", model.name},
                             {"as_of", o.as_of},
                             {"score", o.judged},
                             {"groups", e.groups},
                             {"won", e.won},
                             {"lost", e.lost},
                             {"account_trees", e.trees},
                             {"resampled", to_string(e.resampling_unit)},
                             {"confidence", o.evaluation.confidence},
                             {"replicates", e.replicates_used},
                             {"replicates_left_out", e.replicates_left_out},
                             {"folds", e.folds},
                             {"seed", o.evaluation.seed},
                             {"metrics", metrics},
                             {"reliability", reliability}};
  if (gains) {
    all["against"] = gains->over;
    for (const Metric metric : all_metrics)
      all["gains"][std::string(to_string(metric))] =
          to_json(gains->of[static_cast<std::size_t>(metric)]);
  }
  return all.dump(2) + '\n';
}

std::string cell(double v) { return std::isnan(v) ? "-" : fmt::format("{:.4f}", v); }

std::string verdict_on(const Gains& gains) {
  const Interval& auc = gains.of[static_cast<std::size_t>(Metric::auc)];
  return auc.low > 0    ? "tells won from lost better"
         : auc.high < 0 ? "tells won from lost worse"
                        : "cannot be told from it";
}

std::string as_text(const Evaluation& e, const Options& o, const Model& model,
                    const std::optional<Gains>& gains) {
  std::string text = fmt::format(
      "{} of {} as of {}: {} groups, {} won, {} lost, {} account trees\n\n{:<18}{:>9}  {:^19}\n",
      o.judged, model.name, o.as_of, grouped(e.groups), grouped(e.won), grouped(e.lost),
      grouped(e.trees), "metric", "value",
      fmt::format("{:g} % interval", 100 * o.evaluation.confidence));
  for (const Metric metric : all_metrics) {
    const Interval& i = e[metric];
    text += fmt::format("{:<18}{:>9}  {:>8} … {:>8}  {}\n", to_string(metric), cell(i.value),
                        cell(i.low), cell(i.high), meaning(metric));
  }
  if (gains) {
    text += fmt::format("\nGain over {}, on the same groups, paired by replicate: {} {}\n",
                        gains->over, model.name, verdict_on(*gains));
    for (const Metric metric : all_metrics) {
      const Interval& i = gains->of[static_cast<std::size_t>(metric)];
      text += fmt::format("{:<18}{:>+9.4f}  {:>+8.4f} … {:>+8.4f}\n", to_string(metric), i.value,
                          i.low, i.high);
    }
  }
  text += fmt::format("\nCalibration of held-out probabilities ({} folds)\n", e.folds);
  text += fmt::format("{:>8}{:>12}{:>10}\n", "groups", "predicted", "observed");
  for (const ReliabilityBin& bin : e.reliability)
    text += fmt::format("{:>8}{:>12.3f}{:>10.3f}  {:>5.3f} … {:>5.3f}\n", grouped(bin.groups),
                        bin.predicted, bin.observed.value, bin.observed.low, bin.observed.high);
  return text;
}

Plan plan_of(const Options& o) {
  const GivenWorld world = look_at_world(o.world);
  Plan plan;
  plan.add(world);
  plan.cost = cost_of_reading(world)
                  .then(cost_of_scoring(world.size))
                  .then(cost_of_evaluating(world.size, o.evaluation.replicates));
  return plan;
}

int run(const Options& o, const Session& session) {
  const AsOf as_of = parse_as_of(o.as_of);
  if (session.plan) return show(plan_of(o));
  auto [world, model] = load_world_and_model(o.world, o.model, session);
  assign_missing_roles(world, model, as_of, session);
  const Scores scores = score(world, model, as_of);
  for (const std::string& warning : scores.warnings) session.warn(warning);
  const Judged judged = o.judged == "engagement" ? Judged::engagement : Judged::completeness;
  if (const auto late = hindsight_warning(world, scores.groups); !late.empty()) session.warn(late);
  const LabelledScores labelled = label(world, scores.groups, judged);
  const Evaluation evaluation = evaluate(labelled, o.evaluation);
  std::optional<Gains> gains;
  if (!o.against.empty()) {
    const Model other = o.against == "truth"    ? truth_model(world, o.world)
                        : o.against == "vendor" ? vendor_model(world, o.world)
                                                : load_model(o.against);
    const Scores theirs = score(world, other, as_of);
    const LabelledScores judged_theirs = label(world, theirs.groups, judged);
    if (judged_theirs.row != labelled.row)
      throw InputError({.field = "--against",
                        .value = o.against,
                        .what = "the two models do not score the same groups",
                        .remedy = "Compare models that define completeness for the same groups."});
    gains = gains_over(other, labelled, judged_theirs, o.evaluation);
  }
  if (const auto weak = weak_interval_warning(evaluation.resampling_unit, evaluation.trees);
      !weak.empty())
    session.warn(weak);
  print(o.format == "json" ? as_json(evaluation, o, model, gains)
                           : as_text(evaluation, o, model, gains));
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("evaluate", "How well a score tells won from lost, with intervals");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle, with outcomes")
      ->required()
      ->type_name("WORLD");
  command
      ->add_option("-m,--model", o->model,
                   "A built-in model, a file.toml, or of a generated world vendor or truth")
      ->required()
      ->type_name("NAME|FILE");
  command
      ->add_option("--as-of", o->as_of,
                   "The day to score as of; outcome-7d, 7 days before each outcome, keeps the "
                   "score from seeing the result")
      ->required()
      ->type_name("DAY");
  command
      ->add_option("--against", o->against,
                   "Another model: what the first gains over it, paired by replicate")
      ->type_name("NAME|FILE");
  command->add_option("--score", o->judged, "What to judge: engagement or completeness")
      ->check(CLI::IsMember({"engagement", "completeness"}))
      ->type_name("SCORE")
      ->capture_default_str();
  command->add_option("--format", o->format, "table (for people) or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("--replicates", o->evaluation.replicates, "Bootstrap replicates")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--confidence", o->evaluation.confidence, "Of the intervals")
      ->type_name("P")
      ->capture_default_str();
  command->add_option("--folds", o->evaluation.folds, "Folds for held-out probabilities")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", o->evaluation.seed, "Of the bootstrap")
      ->check(CLI::Range(0, 2'000'000'000))
      ->type_name("N")
      ->capture_default_str();
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Won is positive, lost negative, open is left out. Intervals resample account trees, not "
      "groups.\nExample: rolecall evaluate examples/small --model ajo-seed --as-of outcome-7d");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
