#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_search.hpp"
#include "experiments/study_table.hpp"
#include "experiments/truth_model.hpp"
#include "experiments/validation.hpp"
#include "generators/generate.hpp"
#include "results/digest.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double near = .001;  // of the objective: as good as the best, for most purposes

// One search of one world.
struct Run {
  std::size_t method = 0;
  std::uint64_t seed = 0;
  std::size_t candidates = 0;  // tried, on samples too
  double evaluations = 0;      // whole samples that they come to
  double found = nan, held_out = nan;
  // Best so far on the whole sample after so many evaluations, where it rises; the default first.
  std::vector<std::pair<double, double>> trace = {};

  double best_after(double evaluations_made) const {
    double best = nan;
    for (const auto& [at, value] : trace)
      if (at <= evaluations_made + 1e-6) best = value;
    return best;
  }
  double first_at_least(double value) const {
    for (const auto& [at, reached] : trace)
      if (reached >= value) return at;
    return infinity;
  }
};

struct WorldRow {
  std::uint64_t seed = 0;
  std::size_t train_groups = 0, test_groups = 0;
  std::string digest = {};
  double base_train = nan, base_test = nan, truth_train = nan, truth_test = nan, best = nan;
};

// Lowest, median and highest of values, infinite ones as they come.
Interval over_seeds(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  const double low = values[(n - 1) / 2], high = values[n / 2];
  return {low == high ? low : low + (high - low) / 2, values.front(), values.back()};
}

std::vector<double> checkpoints(double most) {
  std::vector<double> at;
  for (double decade = 1; decade < most; decade *= 10)
    for (const double digit : {1., 1.5, 2., 3., 5., 7.})
      if (const double n = std::floor(digit * decade); n < most && (at.empty() || n > at.back()))
        at.push_back(n);
  at.push_back(most);
  return at;
}

class Tuners {
 public:
  Tuners(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task), spec_(task.spec), journal_(journal), progress_(progress) {
    methods_ = spec_.search.methods;
    if (methods_.empty()) methods_ = search_methods();
    std::erase_if(methods_, [&](const std::string& m) {
      return m == "external" && spec_.search.methods.empty();
    });
    for (std::size_t i = 0; i < methods_.size(); ++i) {
      if (methods_[i] == "external")
        throw InputError({.field = "search.methods",
                          .value = "external",
                          .what = "an outside tuner sees one search only",
                          .remedy = "Leave it out, and run a tune study with it."});
      if (std::find(methods_.begin(), methods_.begin() + static_cast<std::ptrdiff_t>(i),
                    methods_[i]) != methods_.begin() + static_cast<std::ptrdiff_t>(i))
        throw InputError({.field = "search.methods",
                          .value = methods_[i],
                          .what = "it is there twice",
                          .remedy = "Keep one of the two."});
    }
  }

  StudyRun run() {
    for (std::uint64_t i = 0; i < spec_.worlds.seeds; ++i) search_world(i);
    describe_methods();
    describe_traces();
    describe_runs();
    describe_worlds();
    summarise();
    return std::move(run_);
  }

 private:
  void search_world(std::uint64_t i) {
    WorldSpec made = task_.sized_spec(spec_.world.seed + i);
    const World world = generate_world(made, &progress_);
    const Model base = task_.base_model(world);
    const SearchSpace space(spec_.space, spec_.constraints, base);
    if (i == 0) leave_out(space);
    CandidateJudge judge(world, space, parse_as_of(spec_.model.as_of), spec_.hand_off);
    const Split split =
        split_groups(world, judge.groups(), judge.tree(), spec_.validation).splits.front();
    const std::size_t train = judge.add_part(split.train, "what is searched");
    const std::size_t test = judge.add_part(split.test, "what is held out");
    const Objective objective = parse_objective(spec_.search.objective);
    // Of models that are no points of the space too.
    const auto measured = [&](const Model& model, std::size_t part) {
      const std::vector<double> scores = judge.scores(model);
      std::vector<double> picked;
      for (const std::size_t g : judge.part(part)) picked.push_back(scores[g]);
      return measure_objective(picked, judge.won_of(judge.part(part)), objective, spec_.hand_off);
    };
    WorldRow row{.seed = made.seed,
                 .train_groups = split.train.size(),
                 .test_groups = split.test.size(),
                 .base_train = measured(space.base(), train),
                 .base_test = measured(space.base(), test)};
    if (world.truth) {
      const Model truth = truth_model(world, "the world");
      row.truth_train = measured(truth, train);
      row.truth_test = measured(truth, test);
    }
    row.best = std::isnan(row.truth_train) ? row.base_train : row.truth_train;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      StudyTask one;
      one.spec = spec_;
      one.spec.search.method = methods_[m];
      one.spec.search.seed = spec_.search.seed + i;
      if (methods_[m] == "grid") one.spec.search.steps = steps_of_grid(space);
      const std::string name = fmt::format("seed {}, {}", made.seed, methods_[m]);
      std::vector<std::string> warnings;
      const Found found =
          search_part(one, space, judge, train, name, {{space.base_point(), 0, 1, "default"}},
                      journal_, progress_, warnings);
      Run run = run_of(found, m, made.seed);
      run.held_out = judge.judge(std::span(&found.point(), 1), test, objective).front();
      row.best = std::max(row.best, run.found);
      runs_.push_back(std::move(run));
      // Said once, whatever the number of worlds.
      for (std::string& warning : warnings)
        if (std::ranges::find(run_.warnings, warning) == run_.warnings.end())
          run_.warnings.push_back(std::move(warning));
    }
    row.digest = content_digest(world);
    worlds_.push_back(row);
    if (i == 0)
      for (const std::string& warning : judge.warnings()) run_.warnings.push_back(warning);
  }

  // Methods that the space does not admit.
  void leave_out(const SearchSpace& space) {
    const auto drop = [&](const char* method, const std::string& why) {
      if (std::erase(methods_, method) > 0)
        run_.warnings.push_back(fmt::format("{} is left out: {}", method, why));
    };
    if (space.dimensions() < 2) drop("bobyqa", "it needs two parameters or more");
    if (steps_of_grid(space) == 0)
      drop("grid", fmt::format("no grid over {} parameters has {} candidates or fewer",
                               space.dimensions(), spec_.search.candidates));
    if (methods_.empty())
      throw InputError({.field = "search.methods",
                        .what = "no method is left to compare",
                        .remedy = "List others, such as random."});
  }

  // The most steps that the budget pays; 0: not even two.
  std::uint64_t steps_of_grid(const SearchSpace& space) const {
    std::uint64_t steps = 0;
    for (std::uint64_t more = 2; more <= 1'000; ++more) {
      const std::uint64_t size = space.grid_size(more);
      if (size == 0 || size > spec_.search.candidates) break;
      steps = more;
    }
    return steps;
  }

  Run run_of(const Found& found, std::size_t method, std::uint64_t seed) const {
    Run run{.method = method, .seed = seed, .candidates = found.trials.size() - 1};
    double best = -infinity;
    for (std::size_t t = 0; t < found.trials.size(); ++t) {
      const Trial& trial = found.trials[t];
      if (t > 0) run.evaluations += trial.sample;
      if (trial.sample == 1 && trial.value > best) {
        best = trial.value;
        run.trace.emplace_back(run.evaluations, best);
      }
    }
    run.found = found.trials[found.best].value;
    return run;
  }

  const WorldRow& world_of(const Run& run) const {
    return *std::ranges::find(worlds_, run.seed, &WorldRow::seed);
  }
  double regret(const Run& run) const { return world_of(run).best - run.found; }
  template <class Figure>
  std::vector<double> of_method(std::size_t m, Figure figure) const {
    std::vector<double> values;
    for (const Run& run : runs_)
      if (run.method == m) values.push_back(figure(run));
    return values;
  }

  void describe_methods() {
    std::vector<Interval> regrets, held_out, evaluations, near_best;
    std::vector<double> reached, gain;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      const auto to_near = [&](const Run& run) {
        return run.first_at_least(world_of(run).best - near);
      };
      regrets.push_back(over_seeds(of_method(m, [&](const Run& r) { return regret(r); })));
      held_out.push_back(over_seeds(of_method(m, [](const Run& r) { return r.held_out; })));
      evaluations.push_back(over_seeds(of_method(m, [](const Run& r) { return r.evaluations; })));
      near_best.push_back(over_seeds(of_method(m, to_near)));
      const std::vector<double> all = of_method(m, to_near);
      reached.push_back(
          static_cast<double>(std::ranges::count_if(all, [](double v) { return v < infinity; })) /
          static_cast<double>(all.size()));
      gain.push_back(over_seeds(of_method(m, [&](const Run& r) {
                       return r.held_out - world_of(r).base_test;
                     })).value);
    }
    std::vector<std::size_t> order(methods_.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](std::size_t m) { return regrets[m].value; });
    order_ = order;
    const auto column = [&](const std::vector<Interval>& from, double Interval::*part,
                            const char* format) {
      std::vector<double> values;
      for (const std::size_t m : order) values.push_back(from[m].*part);
      return placed(values, format);
    };
    std::vector<std::string> names;
    for (const std::size_t m : order) names.push_back(methods_[m]);
    std::vector<double> shares, gains;
    for (const std::size_t m : order) {
      shares.push_back(100 * reached[m]);
      gains.push_back(gain[m]);
    }
    run_.shown.emplace_back(
        fmt::format("Methods over {} worlds: medians, the least regret first", spec_.worlds.seeds),
        std::vector<TableColumn>{{"method", TextColumn(names)},
                                 {"regret", column(regrets, &Interval::value, "{:.5f}")},
                                 {"worst", column(regrets, &Interval::high, "{:.5f}")},
                                 {"held_out", column(held_out, &Interval::value, "{:.4f}")},
                                 {"gain", placed(gains, "{:+.4f}")},
                                 {"evaluations", column(evaluations, &Interval::value, "{:.0f}")},
                                 {"to_.001", column(near_best, &Interval::value, "{:.0f}")},
                                 {"reached_%", placed(shares, "{:.0f}")}});
    run_.record.tables.push_back(
        TableBuilder("tuners",
                     "each method: the median over worlds; low and high are the least and the most")
            .texts("method", methods_, "")
            .intervals("regret", regrets, "",
                       "the best value known of the world, of any method or the truth, less the "
                       "one found; on the groups that are searched")
            .intervals("held_out", held_out, "", "objective on groups that no search saw")
            .numbers("held_out_gain", gain, "", "the same less that of the base model, median")
            .intervals("evaluations", evaluations, "models",
                       "tried; on a sample of account trees, that share of one")
            .intervals("to_near", near_best, "models",
                       "tried until within .001 of the best known; infinity: never")
            .numbers("reached", reached, "", "share of worlds where it came within .001")
            .done());
    regrets_ = std::move(regrets);
    held_out_ = std::move(held_out);
  }

  void describe_traces() {
    std::vector<std::string> method;
    std::vector<double> evaluations;
    std::vector<Interval> regrets;
    const std::vector<double> at = checkpoints(static_cast<double>(spec_.search.candidates));
    for (std::size_t m = 0; m < methods_.size(); ++m)
      for (const double n : at) {
        method.push_back(methods_[m]);
        evaluations.push_back(n);
        regrets.push_back(over_seeds(
            of_method(m, [&](const Run& run) { return world_of(run).best - run.best_after(n); })));
      }
    run_.record.tables.push_back(
        TableBuilder("traces",
                     "regret of the best so far, by models tried; the base model is known before. "
                     "Of halving only what it judged on all account trees counts")
            .texts("method", method, "")
            .numbers("evaluations", std::move(evaluations), "models", "tried")
            .intervals("regret", regrets, "", "median over worlds; low and high: least and most")
            .done());
    std::vector<double> picked;
    for (const double n : at)
      if (n >= 10 && std::ranges::count(std::array{10., 30., 100., 300., 1000.}, n) > 0)
        picked.push_back(n);
    if (picked.empty() || picked.back() < at.back()) picked.push_back(at.back());
    std::vector<TableColumn> columns;
    std::vector<std::string> names;
    for (const std::size_t m : order_) names.push_back(methods_[m]);
    columns.push_back({"method", TextColumn(names)});
    for (const double n : picked) {
      const auto k = static_cast<std::size_t>(std::ranges::find(at, n) - at.begin());
      std::vector<double> values;
      for (const std::size_t m : order_) values.push_back(regrets[m * at.size() + k].value);
      columns.push_back({fmt::format("{:.0f}", n), placed(values, "{:.5f}")});
    }
    run_.shown.emplace_back("Median regret of the best so far, after so many models tried",
                            std::move(columns));
  }

  void describe_runs() {
    std::vector<std::string> method;
    std::vector<std::int64_t> seed, candidates;
    std::vector<double> evaluations, found, regrets, held_out, to_near;
    for (const Run& run : runs_) {
      method.push_back(methods_[run.method]);
      seed.push_back(static_cast<std::int64_t>(run.seed));
      candidates.push_back(static_cast<std::int64_t>(run.candidates));
      evaluations.push_back(run.evaluations);
      found.push_back(run.found);
      regrets.push_back(regret(run));
      held_out.push_back(run.held_out);
      to_near.push_back(run.first_at_least(world_of(run).best - near));
    }
    run_.record.tables.push_back(
        TableBuilder("runs", "every search of every world")
            .texts("method", method, "")
            .counts("seed", std::move(seed), "", "of the world")
            .counts("candidates", std::move(candidates), "models", "tried, on samples too")
            .numbers("evaluations", std::move(evaluations), "models",
                     "tried; on a sample of account trees, that share of one")
            .numbers("found", std::move(found), "", "best value, on groups that are searched")
            .numbers("regret", std::move(regrets), "", "the best known less it")
            .numbers("held_out", std::move(held_out), "", "its value on groups that no search saw")
            .numbers("to_near", std::move(to_near), "models",
                     "tried until within .001 of the best known; infinity: never")
            .done());
  }

  void describe_worlds() {
    std::vector<std::int64_t> seed, train, test;
    std::vector<std::string> digest;
    std::vector<double> best, base_train, base_test, truth_train, truth_test;
    for (const WorldRow& w : worlds_) {
      seed.push_back(static_cast<std::int64_t>(w.seed));
      digest.push_back(w.digest);
      train.push_back(static_cast<std::int64_t>(w.train_groups));
      test.push_back(static_cast<std::int64_t>(w.test_groups));
      best.push_back(w.best);
      base_train.push_back(w.base_train);
      base_test.push_back(w.base_test);
      truth_train.push_back(w.truth_train);
      truth_test.push_back(w.truth_test);
    }
    run_.record.tables.push_back(
        TableBuilder("worlds", "what is known of each world beside the searches")
            .counts("seed", std::move(seed), "", "")
            .texts("world_digest", digest, "")
            .counts("train_groups", std::move(train), "groups", "that are searched")
            .counts("test_groups", std::move(test), "groups", "that no search saw")
            .numbers("best_train", std::move(best), "", "of all methods and the truth")
            .numbers("default_train", std::move(base_train), "", "of the base model")
            .numbers("default_test", std::move(base_test), "", "")
            .numbers("truth_train", std::move(truth_train), "", "of the true model")
            .numbers("truth_test", std::move(truth_test), "", "")
            .done());
  }

  void summarise() {
    auto& summary = run_.record.summary;
    const std::size_t first = order_.front(), last = order_.back();
    std::vector<double> base, truth;
    for (const WorldRow& w : worlds_) {
      base.push_back(w.base_test);
      truth.push_back(w.truth_test);
    }
    summary.emplace_back("methods", static_cast<std::int64_t>(methods_.size()));
    summary.emplace_back("worlds", static_cast<std::int64_t>(worlds_.size()));
    summary.emplace_back("candidates", static_cast<std::int64_t>(spec_.search.candidates));
    summary.emplace_back("objective", spec_.search.objective);
    summary.emplace_back("best_method", methods_[first]);
    summary.emplace_back("best_regret", regrets_[first].value);
    summary.emplace_back("default_held_out", over_seeds(base).value);
    summary.emplace_back("truth_held_out", over_seeds(truth).value);
    std::vector<std::string> close;  // no worse than the best by more than chance could hide
    for (const std::size_t m : order_)
      if (regrets_[m].value < regrets_[first].value + near / 2) close.push_back(methods_[m]);
    std::string text = fmt::format(
        "After {} models tried, {} has the least regret: {:.6f} of {} (median of {} worlds); {} "
        "has the most, {:.6f}.\nWithin .0005 of the least:",
        spec_.search.candidates, methods_[first], regrets_[first].value, spec_.search.objective,
        worlds_.size(), methods_[last], regrets_[last].value);
    for (const std::string& method : close) text += ' ' + method;
    const auto [low, high] = std::ranges::minmax_element(held_out_, {}, &Interval::value);
    text += fmt::format(
        ".\nOn groups that no search saw, {} is {:.4f} … {:.4f} by method, {:.4f} for the default "
        "and {:.4f} for the truth (medians).",
        spec_.search.objective, low->value, high->value, over_seeds(base).value,
        over_seeds(truth).value);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<std::string> methods_;
  std::vector<Run> runs_;
  std::vector<WorldRow> worlds_;
  std::vector<std::size_t> order_;  // of methods, by median regret
  std::vector<Interval> regrets_, held_out_;
  StudyRun run_;
};

}  // namespace

StudyRun run_tuners(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("tuners");
  return Tuners(task, journal, progress).run();
}

}  // namespace rolecall
