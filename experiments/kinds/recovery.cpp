#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_search.hpp"
#include "experiments/study_table.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// An estimate and its interval; the standard error is NaN where the interval has no one.
struct Estimate {
  double value = nan, error = nan, low = nan, high = nan;
};

// Where the parabola through the log likelihoods at three points of a scale peaks, and where it has
// fallen by `drop` on either side.
Estimate profile(const std::vector<double>& at, const std::vector<double>& likelihood,
                 double drop) {
  const auto best =
      static_cast<std::size_t>(std::ranges::max_element(likelihood) - likelihood.begin());
  Estimate estimate{at[best], nan, -std::numeric_limits<double>::infinity(),
                    std::numeric_limits<double>::infinity()};
  double top = likelihood[best];
  if (best > 0 && best + 1 < at.size()) {
    const double x0 = at[best - 1] - at[best], x1 = at[best + 1] - at[best];
    const double y0 = likelihood[best - 1] - top, y1 = likelihood[best + 1] - top;
    const double curve = (y1 / x1 - y0 / x0) / (x1 - x0), slope = y0 / x0 - curve * x0;
    if (curve < 0) {
      const double move = -slope / (2 * curve);
      estimate.value = at[best] + move;
      top += slope * move + curve * move * move;
    }
  }
  const auto crossing = [&](std::size_t above, std::size_t below) {
    const double ya = likelihood[above] - (top - drop), yb = likelihood[below] - (top - drop);
    return at[above] + (at[below] - at[above]) * ya / (ya - yb);
  };
  for (std::size_t i = best; i-- > 0;)
    if (likelihood[i] < top - drop) {
      estimate.low = crossing(i + 1, i);
      break;
    }
  for (std::size_t i = best + 1; i < at.size(); ++i)
    if (likelihood[i] < top - drop) {
      estimate.high = crossing(i - 1, i);
      break;
    }
  return estimate;
}

class Recovery {
 public:
  Recovery(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task), spec_(task.spec), journal_(journal), progress_(progress) {
    if (sizes_.empty()) sizes_.push_back(static_cast<double>(task.world_spec.size.accounts));
    std::ranges::sort(sizes_);
    fits_ = spec_.search.method == "logistic";
    test_world_.emplace(
        generate_world(task_.sized_spec(task_.world_spec.seed + test_offset, sizes_.back())));
    space_.emplace(spec_.space, spec_.constraints, task_.base_model(*test_world_));
    test_.emplace(*test_world_, *space_, parse_as_of(spec_.model.as_of), spec_.hand_off);
    const Model truth = truth_model(*test_world_, "the world");
    truth_ = reported(*space_, space_->point_of(truth));
    truth_value_ = on_test(space_->point_of(truth));
    default_value_ = on_test(space_->base_point());
  }

  StudyRun run() {
    for (std::size_t s = 0; s < sizes_.size(); ++s) measure(s);
    describe_parameters();
    describe_sizes();
    summarise();
    return std::move(run_);
  }

 private:
  // The world that found models are judged on is none of those they were found on.
  static constexpr std::uint64_t test_offset = 1'000'003;
  static constexpr std::size_t figures = 4;  // of an estimate

  double on_test(const Point& point) {
    return test_->judge(std::span(&point, 1), 0, objective_).front();
  }

  // Groups, won, then value on the test world, then an estimate for each parameter.
  std::size_t width() const { return 3 + figures * space_->dimensions(); }

  std::vector<double> measure_world(double accounts, std::uint64_t seed) {
    const World world = generate_world(task_.sized_spec(seed, accounts));
    CandidateJudge judge(world, *space_, parse_as_of(spec_.model.as_of), spec_.hand_off);
    std::vector<Estimate> estimates(space_->dimensions());
    const Point found = fits_ ? fit(judge, estimates) : search(judge, estimates);
    std::vector<double> row{static_cast<double>(judge.won().size()),
                            static_cast<double>(std::ranges::count(judge.won(), 1)),
                            on_test(found)};
    for (const Estimate& e : estimates) row.insert(row.end(), {e.value, e.error, e.low, e.high});
    return row;
  }

  // Weights by logistic regression; one other parameter by its profile likelihood, on the scale of
  // its logarithm where it has one.
  Point fit(CandidateJudge& judge, std::vector<Estimate>& estimates) {
    const std::vector<Point> points = structures(*space_, spec_.search);
    std::vector<FittedWeights> fits;
    for (const Point& point : points)
      fits.push_back(fit_weights(judge, *space_, point, 0, spec_.search, spec_.constraints));
    const auto best = static_cast<std::size_t>(
        std::ranges::max_element(fits, {}, &FittedWeights::log_likelihood) - fits.begin());
    const double z = normal_quantile(.5 + spec_.bootstrap.confidence / 2);
    std::vector<std::size_t> other;
    for (std::size_t i = 0; i < estimates.size(); ++i) {
      if (!space_->parameters()[i].is_linear()) {
        other.push_back(i);
        estimates[i].value = fits[best].point[i];
        continue;
      }
      const double share = fits[best].share[i], error = fits[best].share_error[i];
      estimates[i] = {share, error, share - z * error, share + z * error};
    }
    if (other.size() == 1) {
      std::vector<double> at, likelihood;
      for (std::size_t k = 0; k < points.size(); ++k) {
        const double value = points[k][other[0]];
        if (!std::isfinite(value)) continue;
        at.push_back(portable_log(value));
        likelihood.push_back(fits[k].log_likelihood);
      }
      Estimate e = profile(at, likelihood, z * z / 2);
      const auto natural = [](double v) {
        return v > 700 ? std::numeric_limits<double>::infinity() : portable_exp(v);
      };
      estimates[other[0]] = {natural(e.value), nan, std::isinf(e.low) ? 0 : natural(e.low),
                             natural(e.high)};
    }
    return fits[best].point;
  }

  // Any other method: the best candidate, and the range of the best over bootstrap replicates.
  Point search(CandidateJudge& judge, std::vector<Estimate>& estimates) {
    StudyJournal own;
    Progress silent;
    std::vector<std::string> ignored;
    StudyTask task{.spec = spec_};
    const Found found =
        search_part(task, *space_, judge, 0, "all", {{space_->base_point(), 0, 1, "default"}}, own,
                    silent, ignored);
    const std::vector<double> value = reported(*space_, found.point());
    std::vector<std::vector<double>> drawn(estimates.size());
    for (const Point& point : best_of_replicates(*space_, judge, 0, found, spec_, own)) {
      const std::vector<double> one = reported(*space_, point);
      for (std::size_t i = 0; i < one.size(); ++i) drawn[i].push_back(one[i]);
    }
    for (std::size_t i = 0; i < estimates.size(); ++i) {
      const PercentileBounds b = percentile_interval(drawn[i], spec_.bootstrap.confidence);
      estimates[i] = {value[i], nan, b.low, b.high};
    }
    return found.point();
  }

  void measure(std::size_t size) {
    const Phase phase("measure worlds");
    const std::string stage = fmt::format("{} accounts", sizes_[size]);
    progress_.begin(stage, spec_.worlds.seeds, "worlds");
    std::vector<double> rows;
    for (std::size_t s = 0; s < spec_.worlds.seeds; ++s) {
      const std::vector<double> row =
          journal_.rows(stage, width(), s, s + 1, [&](std::size_t, std::size_t) {
            return measure_world(sizes_[size], task_.world_spec.seed + s);
          });
      rows.insert(rows.end(), row.begin(), row.end());
      progress_.advance(1);
    }
    progress_.end();
    rows_.push_back(std::move(rows));
  }

  double at(std::size_t size, std::size_t world, std::size_t column) const {
    return rows_[size][world * width() + column];
  }
  Estimate estimate(std::size_t size, std::size_t world, std::size_t parameter) const {
    const std::size_t from = 3 + figures * parameter;
    return {at(size, world, from), at(size, world, from + 1), at(size, world, from + 2),
            at(size, world, from + 3)};
  }

  // Share of worlds whose interval holds the truth, and the interval that chance gives it.
  struct Coverage {
    std::int64_t held = 0, worlds = 0;
    Interval value(double confidence) const { return wilson_interval(held, worlds, confidence); }
  };
  Coverage coverage(std::size_t size, std::size_t parameter) const {
    Coverage c;
    for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
      const Estimate e = estimate(size, w, parameter);
      if (std::isnan(e.low) || std::isnan(e.high)) continue;
      ++c.worlds;
      c.held += e.low <= truth_[parameter] && truth_[parameter] <= e.high;
    }
    return c;
  }

  void describe_parameters() {
    std::vector<double> accounts, truth, mean, bias, deviation, error;
    std::vector<std::string> names, units;
    std::vector<Interval> covered;
    for (std::size_t s = 0; s < sizes_.size(); ++s)
      for (std::size_t p = 0; p < space_->dimensions(); ++p) {
        std::vector<double> values;
        double errors = 0;
        for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
          const Estimate e = estimate(s, w, p);
          values.push_back(e.value);
          errors += e.error;
        }
        const auto n = static_cast<double>(values.size());
        const double average = std::accumulate(values.begin(), values.end(), 0.) / n;
        double squares = 0;
        for (const double v : values) squares += (v - average) * (v - average);
        accounts.push_back(sizes_[s]);
        names.push_back(space_->parameters()[p].name);
        units.push_back(unit_of_parameter(space_->parameters()[p]));
        truth.push_back(truth_[p]);
        mean.push_back(average);
        bias.push_back(average - truth_[p]);
        deviation.push_back(n > 1 ? std::sqrt(squares / (n - 1)) : nan);
        error.push_back(errors / n);
        covered.push_back(coverage(s, p).value(spec_.bootstrap.confidence));
      }
    run_.record.tables.push_back(
        TableBuilder("recovery", "estimates over worlds of known truth, by size and parameter")
            .numbers("accounts", accounts, "accounts", "")
            .texts("parameter", names, "")
            .texts("unit", units, "")
            .numbers("truth", truth, "", "")
            .numbers("mean", mean, "", "of the estimates")
            .numbers("bias", bias, "", "mean less truth")
            .numbers("deviation", deviation, "", "standard deviation of the estimates")
            .numbers("standard_error", error, "", "mean of what the fits say; NaN: not fitted")
            .intervals("coverage", covered, "",
                       "share of worlds whose interval holds the truth; its interval is Wilson's")
            .done());
    const std::size_t from = names.size() - space_->dimensions();
    const auto last = [&](const std::vector<double>& values, const char* format) {
      return placed({values.begin() + static_cast<std::ptrdiff_t>(from), values.end()}, format);
    };
    std::vector<double> shares;
    for (const Interval& c : covered) shares.push_back(c.value);
    run_.shown.emplace_back(
        fmt::format("Estimates over {} worlds of {:g} accounts", spec_.worlds.seeds, sizes_.back()),
        std::vector<TableColumn>{
            {"parameter",
             TextColumn({names.begin() + static_cast<std::ptrdiff_t>(from), names.end()})},
            {"truth", last(truth, "{:.4f}")},
            {"mean", last(mean, "{:.4f}")},
            {"bias", last(bias, "{:+.4f}")},
            {"deviation", last(deviation, "{:.4f}")},
            {"standard_error", last(error, "{:.4f}")},
            {"coverage", last(shares, "{:.3f}")}});
  }

  void describe_sizes() {
    std::vector<double> groups, worst_bias;
    std::vector<Interval> regrets, gains;
    for (std::size_t s = 0; s < sizes_.size(); ++s) {
      Coverage all;
      for (std::size_t p = 0; p < space_->dimensions(); ++p) {
        const Coverage c = coverage(s, p);
        all.held += c.held;
        all.worlds += c.worlds;
      }
      pooled_.push_back(all.value(spec_.bootstrap.confidence));
      Replicated regret, gain;
      double mean_groups = 0;
      for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
        mean_groups += at(s, w, 0) / static_cast<double>(spec_.worlds.seeds);
        regret.replicates.push_back(truth_value_ - at(s, w, 2));
        gain.replicates.push_back(at(s, w, 2) - default_value_);
      }
      groups.push_back(mean_groups);
      for (Replicated* r : {&regret, &gain})
        r->value = std::accumulate(r->replicates.begin(), r->replicates.end(), 0.) /
                   static_cast<double>(r->replicates.size());
      regrets.push_back(interval_of(regret, spec_.bootstrap.confidence));
      gains.push_back(interval_of(gain, spec_.bootstrap.confidence));
    }
    regret_ = regrets.back();
    run_.record.tables.push_back(
        TableBuilder("sizes",
                     "by size of the world that was fitted; the objective is that on one "
                     "other world, of the largest size")
            .numbers("accounts", sizes_, "accounts", "")
            .numbers("groups", groups, "groups", "with an outcome, mean")
            .intervals("coverage", pooled_, "",
                       "share of intervals that hold the truth, over parameters and worlds")
            .intervals("regret", regrets, "",
                       "of the truth over the found model: mean, and the "
                       "range over worlds")
            .intervals("gain", gains, "", "of the found model over the default, likewise")
            .done());
    TextColumn coverage, regret, gain;
    for (std::size_t s = 0; s < sizes_.size(); ++s) {
      coverage.push_back(fmt::format("{:.3f} ({:.3f} … {:.3f})", pooled_[s].value, pooled_[s].low,
                                     pooled_[s].high));
      regret.push_back(signed_interval(regrets[s]));
      gain.push_back(signed_interval(gains[s]));
    }
    run_.shown.emplace_back(
        fmt::format("By size, over {} worlds each; {} on a world that was not fitted",
                    spec_.worlds.seeds, spec_.search.objective),
        std::vector<TableColumn>{{"accounts", placed(sizes_, "{:g}")},
                                 {"groups", placed(groups, "{:.0f}")},
                                 {"coverage", std::move(coverage)},
                                 {"regret to the truth", std::move(regret)},
                                 {"gain over the default", std::move(gain)}});
    describe_fits();
  }

  void describe_fits() {
    std::vector<double> accounts, value, groups;
    std::vector<std::int64_t> seed;
    std::vector<std::vector<double>> columns(4 * space_->dimensions());
    for (std::size_t s = 0; s < sizes_.size(); ++s)
      for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
        accounts.push_back(sizes_[s]);
        seed.push_back(static_cast<std::int64_t>(task_.world_spec.seed + w));
        groups.push_back(at(s, w, 0));
        value.push_back(at(s, w, 2));
        for (std::size_t k = 0; k < columns.size(); ++k) columns[k].push_back(at(s, w, 3 + k));
      }
    TableBuilder table("fits", "one row for each world");
    table.numbers("accounts", std::move(accounts), "accounts", "")
        .counts("seed", std::move(seed), "", "of the world")
        .numbers("groups", std::move(groups), "groups", "with an outcome")
        .numbers("value", std::move(value), "", "of the objective on the test world");
    constexpr std::array<const char*, figures> suffix{"", "_error", "_low", "_high"};
    for (std::size_t k = 0; k < columns.size(); ++k)
      table.numbers(space_->parameters()[k / figures].name + suffix[k % figures],
                    std::move(columns[k]), "", "");
    run_.record.tables.push_back(table.done());
  }

  void summarise() {
    auto& summary = run_.record.summary;
    summary.emplace_back("worlds", static_cast<std::int64_t>(sizes_.size() * spec_.worlds.seeds));
    summary.emplace_back("confidence", spec_.bootstrap.confidence);
    summary.emplace_back("method", spec_.search.method);
    summary.emplace_back("objective", spec_.search.objective);
    summary.emplace_back("truth_test", truth_value_);
    summary.emplace_back("default_test", default_value_);
    put_interval(summary, "coverage", pooled_.back());
    put_interval(summary, "regret", regret_);
    std::string text = fmt::format(
        "At {:g} accounts, {:.1f} % of the nominal {:g} % intervals hold the truth ({:.1f} … "
        "{:.1f}), over {} worlds and {} parameters. The found models are {:.4f} of {} below the "
        "truth on a world they never saw.",
        sizes_.back(), 100 * pooled_.back().value, 100 * spec_.bootstrap.confidence,
        100 * pooled_.back().low, 100 * pooled_.back().high, spec_.worlds.seeds,
        space_->dimensions(), regret_.value, spec_.search.objective);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<double> sizes_ = spec_.worlds.accounts;
  Objective objective_ = parse_objective(spec_.search.objective);
  bool fits_ = false;
  std::optional<World> test_world_;
  std::optional<SearchSpace> space_;
  std::optional<CandidateJudge> test_;
  std::vector<double> truth_;
  double truth_value_ = 0, default_value_ = 0;
  std::vector<std::vector<double>> rows_;  // by size: worlds × width
  std::vector<Interval> pooled_;
  Interval regret_;
  StudyRun run_;
};

}  // namespace

StudyRun run_recovery(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("recovery");
  return Recovery(task, journal, progress).run();
}

}  // namespace rolecall
