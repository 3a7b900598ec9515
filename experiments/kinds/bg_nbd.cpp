#include "experiments/bg_nbd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 4> parameters{"r", "alpha", "a", "b"};
constexpr std::array<const char*, 4> units{"", "week", "", ""};
constexpr std::array<double, 8> curve_weeks{1, 4, 8, 13, 26, 39, 52, 78};
// Of chi squared with 4 degrees of freedom, 95 %: Abramowitz & Stegun 1964, table 26.8.
constexpr double joint_bound = 9.487729;

// What is kept of a fit. A row of the journal.
struct FitRow {
  std::array<double, 4> estimate{}, error{}, log_error{};
  double log_likelihood = 0, log_likelihood_truth = 0;
  double at_bound = 0;  // 1 for yes
  double evaluations = 0;

  static constexpr std::size_t width = 16;
  std::array<double, width> figures() const {
    std::array<double, width> all{};
    auto to = all.begin();
    for (const auto* part : {&estimate, &error, &log_error})
      to = std::copy(part->begin(), part->end(), to);
    std::ranges::copy(std::array{log_likelihood, log_likelihood_truth, at_bound, evaluations}, to);
    return all;
  }
  static FitRow of(const double* from) {
    FitRow row;
    for (auto* part : {&row.estimate, &row.error, &row.log_error})
      for (double& v : *part) v = *from++;
    row.log_likelihood = from[0];
    row.log_likelihood_truth = from[1];
    row.at_bound = from[2];
    row.evaluations = from[3];
    return row;
  }
};

FitRow fit_row(std::size_t customers, std::uint64_t seed) {
  const auto histories = bg_nbd::simulate(bg_nbd::cdnow, {.customers = customers, .seed = seed});
  const bg_nbd::Fit fit = bg_nbd::fit(histories);
  FitRow row;
  row.estimate = fit.model.values();
  row.error = fit.standard_error.values();
  for (std::size_t p = 0; p < 4; ++p) row.log_error[p] = std::sqrt(fit.log_covariance[p][p]);
  row.log_likelihood = fit.log_likelihood;
  row.log_likelihood_truth = bg_nbd::log_likelihood(bg_nbd::cdnow, histories);
  row.at_bound = fit.at_bound ? 1 : 0;
  row.evaluations = static_cast<double>(fit.evaluations);
  return row;
}

// The middle of values, in any order.
double median_of(std::vector<double> values) {
  const PercentileBounds middle = percentile_interval(std::move(values), 0);
  return (middle.low + middle.high) / 2;
}

// One number of customers, one parameter.
struct Recovery {
  // Over fits away from the bounds: one at a bound would outweigh all others.
  double mean = 0, spread = 0, mean_error = 0;
  double median = 0, within_1 = 0, within_2 = 0, within_interval = 0;  // over all fits
};

Recovery recovery_of(const std::vector<FitRow>& fits, std::size_t p, double z) {
  const double truth = bg_nbd::cdnow.values()[p];
  Recovery r;
  double known = 0, square = 0;
  std::vector<double> estimates;
  for (const FitRow& fit : fits) {
    const double off = fit.estimate[p] - truth, error = fit.error[p];
    estimates.push_back(fit.estimate[p]);
    if (!(error > 0)) continue;  // such a fit is within nothing
    r.within_1 += std::abs(off) <= error ? 1 : 0;
    r.within_2 += std::abs(off) <= 2 * error ? 1 : 0;
    r.within_interval +=
        std::abs(portable_log(fit.estimate[p] / truth)) <= z * fit.log_error[p] ? 1 : 0;
    if (fit.at_bound != 0) continue;
    ++known;
    r.mean += off;
    square += off * off;
    r.mean_error += error;
  }
  const auto n = static_cast<double>(fits.size());
  for (double* share : {&r.within_1, &r.within_2, &r.within_interval}) *share /= n;
  r.mean /= known;
  r.spread =
      known > 1 ? std::sqrt(std::max(0., (square - known * r.mean * r.mean) / (known - 1))) : nan;
  r.mean += truth;
  r.mean_error /= known;
  r.median = median_of(std::move(estimates));
  return r;
}

class Study {
 public:
  Study(StudyTask& task, StudyJournal& journal, Progress& progress)
      : spec_(task.spec), journal_(journal), progress_(progress) {
    for (const double n :
         spec_.worlds.accounts.empty() ? std::vector<double>{2357} : spec_.worlds.accounts) {
      if (!(n >= 100 && n <= 1e8 && n == std::floor(n)))
        throw InputError({.field = "worlds.accounts",
                          .value = fmt::format("{}", n),
                          .what = "this is no number of customers to fit a model to",
                          .remedy = "List whole numbers from 100 to 100,000,000."});
      customers_.push_back(static_cast<std::size_t>(n));
    }
  }

  StudyRun run() {
    fit_all();
    describe_parameters();
    describe_fits();
    describe_curve();
    summarise();
    return std::move(run_);
  }

 private:
  std::uint64_t seed(std::size_t i) const { return spec_.world.seed + i; }

  void fit_all() {
    const Phase phase("fits");
    progress_.begin("fits", spec_.worlds.seeds * customers_.size(), "fits");
    // Fits side by side keep the threads busier than one at a time; so many are lost at a stop.
    constexpr std::size_t batch = 8;
    for (const std::size_t customers : customers_) {
      std::vector<FitRow>& fits = fits_.emplace_back();
      for (std::size_t from = 0; from < spec_.worlds.seeds; from += batch) {
        const std::size_t to = std::min<std::size_t>(spec_.worlds.seeds, from + batch);
        const std::vector<double> rows =
            journal_.rows(fmt::format("{} customers", customers), FitRow::width, from, to,
                          [&](std::size_t begin, std::size_t end) {
                            std::vector<double> figures((end - begin) * FitRow::width);
                            parallel::for_each(end - begin, [&](std::size_t k) {
                              std::ranges::copy(fit_row(customers, seed(begin + k)).figures(),
                                                figures.data() + k * FitRow::width);
                            });
                            return figures;
                          });
        for (std::size_t k = 0; k < to - from; ++k)
          fits.push_back(FitRow::of(rows.data() + k * FitRow::width));
        progress_.advance(to - from);
      }
    }
    progress_.end();
  }

  void describe_parameters() {
    const double z = normal_quantile(.5 + spec_.bootstrap.confidence / 2);
    std::vector<std::int64_t> customers;
    std::vector<std::string> parameter, unit;
    std::vector<double> truth, mean, median, bias, spread, error, within_1, within_2,
        within_interval;
    for (std::size_t n = 0; n < customers_.size(); ++n)
      for (std::size_t p = 0; p < parameters.size(); ++p) {
        const Recovery r = recovery_of(fits_[n], p, z);
        customers.push_back(static_cast<std::int64_t>(customers_[n]));
        parameter.emplace_back(parameters[p]);
        unit.emplace_back(units[p]);
        truth.push_back(bg_nbd::cdnow.values()[p]);
        mean.push_back(r.mean);
        median.push_back(r.median);
        bias.push_back(r.mean - truth.back());
        spread.push_back(r.spread);
        error.push_back(r.mean_error);
        within_1.push_back(r.within_1);
        within_2.push_back(r.within_2);
        within_interval.push_back(r.within_interval);
      }
    run_.shown.emplace_back(
        fmt::format("Parameters over {} simulations, and shares of fits that hold the truth",
                    spec_.worlds.seeds),
        std::vector<TableColumn>{{"customers", customers},
                                 {"parameter", TextColumn(parameter)},
                                 {"truth", placed(truth, "{:.3f}")},
                                 {"mean", placed(mean, "{:.3f}")},
                                 {"bias", placed(bias, "{:+.3f}")},
                                 {"spread", placed(spread, "{:.3f}")},
                                 {"std_error", placed(error, "{:.3f}")},
                                 {"in_1_se", placed(within_1, "{:.3f}")},
                                 {"in_2_se", placed(within_2, "{:.3f}")},
                                 {"in_interval", placed(within_interval, "{:.3f}")}});
    run_.record.tables.push_back(
        TableBuilder("parameters",
                     "by number of customers and parameter: the truth, and fits to "
                     "simulations of it")
            .counts("customers", std::move(customers), "customers", "of each simulation")
            .texts("parameter", parameter, "")
            .texts("unit", unit, "of the parameter")
            .numbers("truth", std::move(truth), "", "the estimate for CDNOW")
            .numbers("mean", std::move(mean), "", "of estimates away from the bounds")
            .numbers("median", std::move(median), "", "of all estimates")
            .numbers("bias", std::move(bias), "", "mean less truth")
            .numbers("spread", std::move(spread), "",
                     "standard deviation of estimates away from the bounds")
            .numbers("standard_error", std::move(error), "", "mean of what these fits say of it")
            .numbers("within_1", std::move(within_1), "",
                     "share of all fits within 1 standard error of the truth")
            .numbers("within_2", std::move(within_2), "", "within 2")
            .numbers("within_interval", std::move(within_interval), "",
                     "share of all fits whose interval, of bootstrap.confidence and by the "
                     "logarithm, holds the truth")
            .done());
  }

  void describe_fits() {
    std::vector<std::int64_t> customers, seeds, at_bound, evaluations;
    std::array<std::vector<double>, 4> estimate, error, log_error;
    std::vector<double> likelihood, truth;
    for (std::size_t n = 0; n < customers_.size(); ++n)
      for (std::size_t i = 0; i < fits_[n].size(); ++i) {
        const FitRow& fit = fits_[n][i];
        customers.push_back(static_cast<std::int64_t>(customers_[n]));
        seeds.push_back(static_cast<std::int64_t>(seed(i)));
        for (std::size_t p = 0; p < parameters.size(); ++p) {
          estimate[p].push_back(fit.estimate[p]);
          error[p].push_back(fit.error[p]);
          log_error[p].push_back(fit.log_error[p]);
        }
        likelihood.push_back(fit.log_likelihood);
        truth.push_back(fit.log_likelihood_truth);
        at_bound.push_back(static_cast<std::int64_t>(fit.at_bound));
        evaluations.push_back(static_cast<std::int64_t>(fit.evaluations));
      }
    TableBuilder table("fits", "one simulation each, and the likeliest model for it");
    table.counts("customers", std::move(customers), "customers", "")
        .counts("seed", std::move(seeds), "", "of the simulation");
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const std::string name = parameters[p];
      table.numbers(name, std::move(estimate[p]), units[p], "")
          .numbers(name + "_error", std::move(error[p]), units[p],
                   "standard error; NaN where the information is not positive definite")
          .numbers(name + "_log_error", std::move(log_error[p]), "", "that of its logarithm");
    }
    run_.record.tables.push_back(
        table.numbers("log_likelihood", std::move(likelihood), "", "of the likeliest model")
            .numbers("log_likelihood_truth", std::move(truth), "", "of the true one")
            .counts("at_bound", std::move(at_bound), "",
                    "1: a parameter cannot be told from 0 or infinity")
            .counts("evaluations", std::move(evaluations), "", "of the likelihood")
            .done());
  }

  // As many simulated customers as the largest fits have in all, a million at most, watched for one
  // and the same time; beside what the true and the fitted models expect.
  void describe_curve() {
    const Phase phase("expected transactions");
    const auto largest =
        static_cast<std::size_t>(std::ranges::max_element(customers_) - customers_.begin());
    const std::size_t drawn =
        std::min<std::size_t>(1'000'000, customers_[largest] * spec_.worlds.seeds);
    std::vector<double> weeks(curve_weeks.begin(), curve_weeks.end());
    std::vector<double> expected, simulated, error;
    std::vector<Interval> fitted;
    for (const double t : curve_weeks) {
      expected.push_back(bg_nbd::expected_transactions(bg_nbd::cdnow, t));
      const auto histories = bg_nbd::simulate(
          bg_nbd::cdnow,
          {.customers = drawn, .shortest = t, .longest = t, .seed = seed(spec_.worlds.seeds)});
      double sum = 0, square = 0;  // whole numbers, exact in any order
      for (const auto& history : histories) {
        sum += history.x;
        square += static_cast<double>(history.x) * history.x;
      }
      const auto n = static_cast<double>(drawn);
      simulated.push_back(sum / n);
      error.push_back(std::sqrt((square - sum * sum / n) / (n - 1) / n));
      std::vector<double> by_fit;
      for (const FitRow& fit : fits_[largest])
        if (t <= 1e5 * fit.estimate[1])  // an alpha at its bound expects too quick customers
          by_fit.push_back(bg_nbd::expected_transactions(
              {fit.estimate[0], fit.estimate[1], fit.estimate[2], fit.estimate[3]}, t));
      const PercentileBounds b = percentile_interval(by_fit, spec_.bootstrap.confidence);
      fitted.push_back({median_of(by_fit), b.low, b.high});
    }
    std::vector<double> off;
    for (std::size_t i = 0; i < weeks.size(); ++i)
      off.push_back((simulated[i] - expected[i]) / error[i]);
    largest_off_ =
        std::abs(*std::ranges::max_element(off, {}, [](double v) { return std::abs(v); }));
    StudyTable table =
        TableBuilder("expected_transactions",
                     "repeat purchases of a customer of whom nothing is known, by weeks since the "
                     "first")
            .numbers("weeks", weeks, "week", "")
            .numbers("expected", expected, "", "by the formula, of the true model")
            .numbers("simulated", simulated, "", fmt::format("mean of {} customers", drawn))
            .numbers("standard_error", error, "", "of the simulated mean")
            .intervals("fitted", fitted, "",
                       fmt::format("by the formula, of the models fitted to {} customers: median",
                                   customers_[largest]))
            .done();
    const auto figures = [&](const char* name) {
      return placed(std::get<std::vector<double>>(table.column(name)->values), "{:.4f}");
    };
    run_.shown.emplace_back(
        fmt::format("Repeat purchases of a customer; {:g} % of the models fitted to {} customers",
                    100 * spec_.bootstrap.confidence, customers_[largest]),
        std::vector<TableColumn>{{"weeks", placed(weeks, "{:g}")},
                                 {"expected", figures("expected")},
                                 {"simulated", figures("simulated")},
                                 {"std_error", figures("standard_error")},
                                 {"fitted", figures("fitted")},
                                 {"fitted_low", figures("fitted_low")},
                                 {"fitted_high", figures("fitted_high")}});
    run_.record.tables.push_back(std::move(table));
  }

  void summarise() {
    auto& summary = run_.record.summary;
    std::string text;
    double all_within = 0, all = 0;
    summary.emplace_back("fits", static_cast<std::int64_t>(spec_.worlds.seeds * customers_.size()));
    const StudyTable& table = *run_.record.table("parameters");
    const auto& within_2 = std::get<std::vector<double>>(table.column("within_2")->values);
    for (std::size_t n = 0; n < customers_.size(); ++n) {
      double share = 0, joint = 0, bound = 0;
      for (std::size_t p = 0; p < 4; ++p) share += within_2[n * 4 + p] / 4;
      for (const FitRow& fit : fits_[n]) {
        joint += 2 * (fit.log_likelihood - fit.log_likelihood_truth) <= joint_bound ? 1 : 0;
        bound += fit.at_bound;
      }
      const auto fits = static_cast<double>(fits_[n].size());
      all_within += share;
      ++all;
      const std::string key = fmt::format("customers_{}_", customers_[n]);
      summary.emplace_back(key + "within_2", share);
      summary.emplace_back(key + "joint_95", joint / fits);
      summary.emplace_back(key + "at_bound", static_cast<std::int64_t>(bound));
      text += fmt::format(
          "{} customers: {:.1f} % of the parameters are estimated within 2 standard errors, and "
          "{:.1f} % of the joint 95 % regions hold the truth; {:g} of {:g} fits end at a bound.\n",
          customers_[n], 100 * share, 100 * joint / fits, bound, fits);
    }
    summary.emplace_back("within_2", all_within / all);
    summary.emplace_back("curve_largest_z", largest_off_);
    text += fmt::format(
        "Normal estimates would be within 2 standard errors in 95.4 %. Simulated repeat purchases "
        "are at most {:.1f} of their standard errors from what the formula expects.",
        largest_off_);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<std::size_t> customers_;
  std::vector<std::vector<FitRow>> fits_;  // by number of customers, by seed
  double largest_off_ = 0;
  StudyRun run_;
};

}  // namespace

StudyRun run_bg_nbd(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("bg-nbd");
  return Study(task, journal, progress).run();
}

}  // namespace rolecall
