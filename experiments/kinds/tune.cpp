#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/kinds/judged_models.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/model_pairs.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_search.hpp"
#include "experiments/study_table.hpp"
#include "experiments/truth_model.hpp"
#include "results/digest.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class Tune {
 public:
  Tune(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task),
        spec_(task.spec),
        journal_(journal),
        progress_(progress),
        world_(task.take_world(progress)),
        base_(task.base_model(world_)),
        space_(spec_.space, spec_.constraints, base_),
        judge_(world_, space_, parse_as_of(spec_.model.as_of), spec_.hand_off),
        validation_(split_groups(world_, judge_.groups(), judge_.tree(), spec_.validation)) {
    check_roles();
    if (spec_.search.method == "external") hold_out_one_fold();
    check_outcomes();
  }

  StudyRun run() {
    references_ = reference_trials(space_, world_, spec_);
    search();
    compare_models();
    describe_parameters();
    describe_trials();
    const Found& last = searches_.back();
    for (StudyTable& table :
         group_tables(task_, world_, base_, judge_, judge_.scores(last.point())))
      run_.record.tables.push_back(std::move(table));
    hand_out(last);
    summarise();
    show();
    return std::move(run_);
  }

 private:
  // An outside tuner sees one search only.
  void hold_out_one_fold() {
    validation_.splits.resize(1);
    validation_.searches_all_again = false;
  }

  // A template whose roles nobody has would make every score 0 and every comparison empty.
  void check_roles() const {
    const auto& cards = base_.templates.front().roles;
    for (std::size_t r = 0; r < world_.roles.size(); ++r)
      if (std::ranges::find(cards, world_.roles[r], &RoleCard::name) != cards.end()) return;
    if (world_.roles.empty()) return;
    throw InputError(
        {.field = "model.base",
         .value = base_.name,
         .what = fmt::format("its template names none of the roles that members have ({}, …)",
                             world_.roles[0]),
         .remedy = world_.truth ? "Take base = \"vendor\", the model that this world comes with."
                                : "Take a model file with a template for these roles."});
  }

  // Known before the first search, not after the last.
  void check_outcomes() const {
    const auto check = [&](const std::vector<std::size_t>& groups, const std::string& what) {
      const auto won = std::ranges::count_if(groups, [&](auto g) { return judge_.won()[g] != 0; });
      if (won != 0 && won != std::ssize(groups)) return;
      throw InputError(
          {.field = "validation",
           .what = fmt::format("{} has no {} group", what, won == 0 ? "won" : "lost"),
           .remedy = spec_.validation.split == "accounts"
                         ? "Take fewer folds; with very few won or lost groups no study can tell "
                           "models apart."
                         : "Hold out other groups, so that some are won and some lost on both "
                           "sides."});
    };
    for (const Split& split : validation_.splits) {
      check(split.train, "what is searched in " + split.name);
      check(split.test, "what is held out in " + split.name);
    }
  }

  void search() {
    for (const Split& split : validation_.splits) {
      const std::size_t part = judge_.add_part(split.train, "what is searched in " + split.name);
      parts_.push_back(part);
      searches_.push_back(search_part(task_, space_, judge_, part, split.name, references_,
                                      journal_, progress_, run_.warnings));
    }
    if (!validation_.searches_all_again) return;
    parts_.push_back(0);
    searches_.push_back(search_part(task_, space_, judge_, 0, "all", references_, journal_,
                                    progress_, run_.warnings));
  }

  void compare_models() {
    const std::vector<JudgedFold> folds = test_folds(judge_, validation_);
    const StudyTask known = with_known_models(task_, world_, run_.warnings);
    std::vector<ComparedModel> models = models_beside(known, world_, base_, judge_, folds);
    ComparedModel found{"found",
                        folds.size() > 1 ? "the best of each fold's own search, on groups that it "
                                           "never saw"
                                         : "the best of the search, on groups that it never saw",
                        {}};
    for (std::size_t f = 0; f < folds.size(); ++f)
      found.scores.push_back(by_fold(judge_.scores(searches_[f].point()), {folds[f]}).front());
    models.insert(models.begin() + 1, std::move(found));
    comparison_ = compare(folds, std::move(models), spec_.hand_off, spec_.bootstrap);
    for (StudyTable& table :
         comparison_tables(comparison_, folds, spec_.hand_off, spec_.bootstrap.confidence))
      run_.record.tables.push_back(std::move(table));
    describe_folds(folds);
  }

  std::size_t figure(const std::string& model) const {
    return static_cast<std::size_t>(
        std::ranges::find(comparison_.models, model, &ComparedModel::name) -
        comparison_.models.begin());
  }
  const Replicated& objective_of(const std::string& model) const {
    const auto at = std::ranges::find(study_metrics, spec_.search.objective);
    return comparison_.figures[figure(model)][static_cast<std::size_t>(at - study_metrics.begin())];
  }

  // What each search saw of its best candidate, and what it came to on the groups it never saw.
  void describe_folds(const std::vector<JudgedFold>& folds) {
    const Objective objective = parse_objective(spec_.search.objective);
    std::vector<std::string> names;
    std::vector<std::int64_t> train_groups, test_groups;
    std::vector<double> train, test, base_train, base_test;
    for (std::size_t f = 0; f < folds.size(); ++f) {
      names.push_back(searches_[f].name);
      train_groups.push_back(static_cast<std::int64_t>(validation_.splits[f].train.size()));
      test_groups.push_back(static_cast<std::int64_t>(folds[f].groups.size()));
      train.push_back(searches_[f].trials[searches_[f].best].value);
      base_train.push_back(searches_[f].trials.front().value);
      const auto on_test = [&](const std::string& model) {
        return measure_objective(comparison_.models[figure(model)].scores[f], folds[f].won,
                                 objective, spec_.hand_off);
      };
      test.push_back(on_test("found"));
      base_test.push_back(on_test("default"));
    }
    const auto mean = [&](const std::vector<double>& values) {
      double sum = 0, weight = 0;
      for (std::size_t f = 0; f < values.size(); ++f) {
        sum += values[f] * static_cast<double>(test_groups[f]);
        weight += static_cast<double>(test_groups[f]);
      }
      return sum / weight;
    };
    seen_ = {mean(train), mean(base_train)};
    came_to_ = {mean(test), mean(base_test)};
    run_.record.tables.push_back(
        TableBuilder("folds",
                     "each search: what it saw, and what it came to on groups that it "
                     "never saw, by the objective")
            .texts("name", names, "")
            .counts("train_groups", std::move(train_groups), "groups", "")
            .counts("test_groups", std::move(test_groups), "groups", "")
            .numbers("found_train", std::move(train), "", "of its best candidate")
            .numbers("found_test", std::move(test), "", "of the same")
            .numbers("default_train", std::move(base_train), "",
                     "of the default, where it searched")
            .numbers("default_test", std::move(base_test), "", "of the default, where it is judged")
            .done());
  }

  void describe_parameters() {
    const Found& last = searches_.back();
    const std::size_t d = space_.dimensions();
    std::vector<std::string> names, units;
    for (const Parameter& p : space_.parameters()) {
      names.push_back(p.name);
      units.push_back(unit_of_parameter(p));
    }
    const std::vector<double> found = reported(space_, last.point());
    std::vector<Interval> intervals(d);
    std::vector<double> errors(d, nan);
    const bool fitted = !last.share.empty();
    std::vector<std::vector<double>> drawn(d);
    if (!fitted)
      for (const Point& point :
           best_of_replicates(space_, judge_, parts_.back(), last, spec_, journal_)) {
        const std::vector<double> values = reported(space_, point);
        for (std::size_t i = 0; i < d; ++i) drawn[i].push_back(values[i]);
      }
    const double z = normal_quantile(.5 + spec_.bootstrap.confidence / 2);
    for (std::size_t i = 0; i < d; ++i) {
      intervals[i] = {found[i], nan, nan};
      if (fitted && !std::isnan(last.share[i])) {
        errors[i] = last.share_error[i];
        intervals[i].low = last.share[i] - z * errors[i];
        intervals[i].high = last.share[i] + z * errors[i];
      } else if (!fitted) {
        const PercentileBounds b = percentile_interval(drawn[i], spec_.bootstrap.confidence);
        intervals[i].low = b.low;
        intervals[i].high = b.high;
      }
    }
    std::vector<Interval> fits(d, {nan, nan, nan});
    const std::vector<double> fit = fit_shares(last.point());
    for (std::size_t i = 0; i < d; ++i) {
      fits[i] = {fit[i], fit[i] - z * fit[d + i], fit[i] + z * fit[d + i]};
      if (!fitted) errors[i] = fit[d + i];
    }
    std::vector<double> truth(d, nan);
    if (world_.truth) truth = reported(space_, space_.point_of(truth_model(world_, "the world")));
    run_.record.tables.push_back(
        TableBuilder("parameters",
                     fitted
                         ? "what was searched; intervals from standard errors of the fit, by the "
                           "jackknife over account trees"
                         : "what was searched; the range is that of the best candidates of the "
                           "bootstrap replicates, which is no confidence interval")
            .texts("parameter", names, "")
            .texts("unit", units, "shares are of the sum of absolute weights")
            .numbers("default", reported(space_, space_.base_point()), "", "")
            .intervals("found", intervals, "", "")
            .intervals("fitted", fits, "",
                       "weights by logistic regression, free of constraints, at what else was "
                       "found, and their confidence intervals; NaN where the score is no sum")
            .numbers("standard_error", std::move(errors), "",
                     "of the found weights where they were fitted, else of the fitted ones")
            .numbers("truth", std::move(truth), "", "NaN where it is not known")
            .done());
  }

  // How sure the weights are, whatever found them: shares by parameter, then their errors.
  std::vector<double> fit_shares(const Point& point) {
    const std::size_t d = space_.dimensions();
    return journal_.rows("fit", 2 * d, 0, 1, [&](std::size_t, std::size_t) {
      std::vector<double> figures(2 * d, nan);
      StudySpec::Search free = spec_.search;
      free.ridge = 0;
      free.non_negative = false;
      try {
        const FittedWeights fit = fit_weights(judge_, space_, point, parts_.back(), free, {});
        std::ranges::copy(fit.share, figures.begin());
        std::ranges::copy(fit.share_error, figures.begin() + static_cast<std::ptrdiff_t>(d));
      } catch (const InputError&) {  // the score is no sum of weights
      }
      return figures;
    });
  }

  void describe_trials() {
    std::vector<std::string> search, origin;
    std::vector<double> value, sample;
    std::vector<std::vector<double>> points(space_.dimensions());
    for (const Found& found : searches_)
      for (const Trial& trial : found.trials) {
        search.push_back(found.name);
        origin.push_back(trial.origin);
        value.push_back(trial.value);
        sample.push_back(trial.sample);
        for (std::size_t i = 0; i < points.size(); ++i) points[i].push_back(trial.point[i]);
      }
    TableBuilder table("trials", "every candidate of every search, in order");
    table.texts("search", search, "whose groups it was judged on; the last found the best model")
        .texts("origin", origin, "default, equal, truth or search")
        .numbers("value", std::move(value), "", "of the objective, on the groups of the search")
        .numbers("sample", std::move(sample), "", "share of their account trees it was judged on");
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Parameter& p = space_.parameters()[i];
      if (p.domain.words.empty()) {
        table.numbers(p.name, std::move(points[i]), "", "");
        continue;
      }
      std::vector<std::string> words;
      for (const double v : points[i]) words.push_back(p.text_of(v));
      table.texts(p.name, words, "");
    }
    run_.record.tables.push_back(table.done());
  }

  void hand_out(const Found& last) {
    Model best = space_.apply(last.point());
    best.name = spec_.name + "-found";
    best.description =
        fmt::format("found by the study {}: trial {} of the search on {}", spec_.name, last.best,
                    last.name == "all" ? "all groups" : last.name);
    run_.record.best_model = to_toml(best);
  }

  void summarise() {
    describe_groups(task_, judge_, validation_.units, run_);
    auto& summary = run_.record.summary;
    const double confidence = spec_.bootstrap.confidence;
    std::size_t trials = 0;
    for (const Found& found : searches_) trials += found.trials.size();
    const Interval gain =
        interval_of(difference(objective_of("found"), objective_of("default")), confidence);
    summary.emplace_back("folds", static_cast<std::int64_t>(validation_.splits.size()));
    summary.emplace_back("trials", static_cast<std::int64_t>(trials));
    summary.emplace_back("method", spec_.search.method);
    summary.emplace_back("objective", spec_.search.objective);
    summary.emplace_back("found_train", seen_.found);
    summary.emplace_back("found_test", came_to_.found);
    summary.emplace_back("default_train", seen_.base);
    summary.emplace_back("default_test", came_to_.base);
    summary.emplace_back("optimism", seen_.gain() - came_to_.gain());
    put_interval(summary, "found", interval_of(objective_of("found"), confidence));
    put_interval(summary, "default", interval_of(objective_of("default"), confidence));
    put_interval(summary, "found_gain", gain);
    std::string text = fmt::format(
        "On groups that no search saw, {} is {} for the found model and {} for the default: {}, "
        "{}.",
        spec_.search.objective, plain_interval(interval_of(objective_of("found"), confidence)),
        plain_interval(interval_of(objective_of("default"), confidence)), signed_interval(gain),
        verdict(gain));
    text += fmt::format("\nOn the groups that it searched on, it looked like a gain of {:+.4f}.",
                        seen_.gain());
    if (figure("truth") < comparison_.models.size()) {
      const Interval margin =
          interval_of(difference(objective_of("truth"), objective_of("found")), confidence);
      put_interval(summary, "truth_margin", margin);
      if (world_.truth) summary.emplace_back("ceiling_auc", world_.truth->ceiling_auc);
      text += fmt::format("\nThe true model against the found one: {}, {}.",
                          signed_interval(margin), verdict(margin));
    }
    summary.emplace_back("world_digest",
                         task_.world_digest.empty() ? content_digest(world_) : task_.world_digest);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  void show() {
    const StudyTable& p = *run_.record.table("parameters");
    const auto numbers = [](const StudyTable& table, const char* name) {
      return std::get<std::vector<double>>(table.column(name)->values);
    };
    TextColumn names;
    for (const Parameter& parameter : space_.parameters()) {
      const ModelPart& part = parameter.parts.front();
      names.push_back(parameter.parts.size() == 1 && part.is_linear() ? part.name()
                                                                      : parameter.name);
    }
    const auto is_known = [&](const char* name) {
      return std::ranges::any_of(numbers(p, name), [](double v) { return !std::isnan(v); });
    };
    const auto range = [&](const std::string& name) {
      const TextColumn low = placed_values(numbers(p, (name + "_low").c_str())),
                       high = placed_values(numbers(p, (name + "_high").c_str()));
      TextColumn texts;
      for (std::size_t i = 0; i < low.size(); ++i)
        texts.push_back(low[i] == "-" ? "-" : fmt::format("{} … {}", low[i], high[i]));
      return texts;
    };
    const std::string percent = fmt::format("{:g} %", 100 * spec_.bootstrap.confidence);
    const bool fitted = !searches_.back().share.empty();
    std::vector<TableColumn> columns{{"parameter", std::move(names)}};
    columns.push_back({"default", placed_values(numbers(p, "default"))});
    columns.push_back({"found", placed_values(numbers(p, "found"))});
    columns.push_back({fitted ? percent + " interval" : "range of the best", range("found")});
    if (!fitted && is_known("fitted")) {
      columns.push_back({"fitted", placed(numbers(p, "fitted"), "{:.4g}")});
      columns.push_back({percent + " interval", range("fitted")});
    }
    if (is_known("truth")) columns.push_back({"truth", placed_values(numbers(p, "truth"))});
    const bool one_unit = std::ranges::all_of(space_.parameters(), [&](const Parameter& parameter) {
      return unit_of_parameter(parameter) == unit_of_parameter(space_.parameters().front());
    });
    if (!one_unit) columns.push_back(*p.column("unit"));
    std::string title = "What was searched";
    if (one_unit && !unit_of_parameter(space_.parameters().front()).empty())
      title += ", as " + unit_of_parameter(space_.parameters().front());
    if (!fitted) title += fmt::format(". Range: over {} of the replicates", percent);
    if (!fitted && is_known("fitted")) title += ". Fitted: by logistic regression";
    run_.shown.emplace_back(std::move(title), std::move(columns));
    run_.shown.emplace_back(
        fmt::format("{} on groups that no search saw, and gain over the default",
                    spec_.search.objective),
        metric_columns(comparison_, spec_.search.objective, spec_.bootstrap.confidence));
  }

  // By parameter; words as words, though the middle of two is none.
  TextColumn placed_values(const std::vector<double>& values) const {
    TextColumn texts;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Parameter& p = space_.parameters()[i];
      if (p.domain.words.empty())
        texts.push_back(std::string(placed({values[i]}, "{:.4g}")[0]));
      else
        texts.push_back(values[i] == std::floor(values[i]) ? p.text_of(values[i]) : "-");
    }
    return texts;
  }

  StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  World world_;
  Model base_;
  SearchSpace space_;
  CandidateJudge judge_;
  Validation validation_;
  std::vector<Trial> references_;
  std::vector<Found> searches_;
  std::vector<std::size_t> parts_;  // of the judge, by search
  Comparison comparison_;
  // Means of the objective over searches.
  struct FoundAndBase {
    double found = nan, base = nan;
    double gain() const { return found - base; }
  };
  FoundAndBase seen_, came_to_;
  StudyRun run_;
};

}  // namespace

StudyRun run_tune(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("tune");
  return Tune(task, journal, progress).run();
}

}  // namespace rolecall
