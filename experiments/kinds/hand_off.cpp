#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/decision_metrics.hpp"
#include "experiments/kinds/judged_models.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/rank_overlap.hpp"
#include "experiments/study_table.hpp"
#include "results/digest.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

constexpr std::size_t curve_points = 50;  // capacities of 1 … 50 %

// What is said of a policy at one capacity.
enum Figure : std::size_t { precision, recall, profit, figure_count };
constexpr const char* figure_names[]{"precision", "recall", "profit"};

// An order in which groups go to sales: a number for each, the highest first.
struct Policy {
  std::string name, description;
  std::vector<double> order;
};

// Places in rising order, from 0; equal values share the mean of theirs.
std::vector<double> mean_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(values[i], i); });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0, end; i < order.size(); i = end) {
    for (end = i; end < order.size() && values[order[end]] == values[order[i]];) ++end;
    for (std::size_t k = i; k < end; ++k) ranks[order[k]] = static_cast<double>(i + end - 1) / 2;
  }
  return ranks;
}

// By the first, equal ones by the second.
std::vector<double> first_then(const std::vector<double>& first,
                               const std::vector<double>& second) {
  std::vector<double> a = mean_ranks(first);
  const std::vector<double> b = mean_ranks(second);
  // Mean ranks are halves, and below the number of groups.
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = 2 * static_cast<double>(a.size()) * a[i] + b[i];
  return a;
}

class HandOffStudy {
 public:
  HandOffStudy(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task),
        spec_(task.spec),
        offer_{spec_.hand_off.capacity, spec_.hand_off.value_won, spec_.hand_off.cost},
        journal_(journal),
        progress_(progress),
        world_(task.take_world(progress)),
        base_(task.base_model(world_)),
        space_({}, {}, base_),
        judge_(world_, space_, parse_as_of(spec_.model.as_of), spec_.hand_off),
        units_(units_of(judge_.tree())) {
    for (std::size_t i = 1; i <= curve_points; ++i) shares_.push_back(static_cast<double>(i) / 100);
    at_ = static_cast<std::size_t>(std::ranges::lower_bound(shares_, offer_.capacity) -
                                   shares_.begin());
    if (at_ == shares_.size() || shares_[at_] != offer_.capacity)
      shares_.insert(shares_.begin() + static_cast<std::ptrdiff_t>(at_), offer_.capacity);
  }

  StudyRun run() {
    make_policies();
    measure();
    describe_policies();
    describe_curve();
    describe_groups(task_, judge_, units_, run_);
    for (StudyTable& table : group_tables(task_, world_, base_, judge_, policies_.front().order))
      if (table.name == "completeness" || table.name == "coverage")
        run_.record.tables.push_back(std::move(table));
    summarise();
    show();
    return std::move(run_);
  }

 private:
  void make_policies() {
    const Phase phase("order groups");
    const GroupScores scores =
        score(world_, judge_.index_for(base_), bind(base_, world_), parse_as_of(spec_.model.as_of))
            .groups;
    std::vector<double> engaged, complete;
    for (const std::size_t row : judge_.rows()) {
      engaged.push_back(scores.engagement[row]);
      complete.push_back(scores.completeness[row]);
    }
    undefined_ = static_cast<std::size_t>(
        std::ranges::count_if(complete, [](double v) { return std::isnan(v); }));
    if (undefined_ == complete.size())
      throw InputError({.field = "model.base",
                        .value = base_.name,
                        .what = "no group has a completeness: no role is required",
                        .remedy = "Take a model whose template requires some roles."});
    if (undefined_ > 0)
      run_.warnings.push_back(
          fmt::format("{} of {} groups have no completeness, as no role of theirs is required; "
                      "policies that look at it take them last.",
                      undefined_, complete.size()));
    std::vector<double> product, full;
    for (std::size_t i = 0; i < complete.size(); ++i) {
      if (std::isnan(complete[i])) complete[i] = -1;
      full.push_back(complete[i] >= 100 ? 1 : complete[i] < 0 ? -1 : 0);
      product.push_back(complete[i] < 0 ? std::numeric_limits<double>::infinity()
                                        : engaged[i] * complete[i] / 100);
    }
    const double lowest = std::ranges::min(product);
    for (double& v : product)
      if (std::isinf(v)) v = lowest - 1;
    std::vector<double> sum = mean_ranks(engaged);
    const std::vector<double> ranks = mean_ranks(complete);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = complete[i] < 0 ? -1 : sum[i] + ranks[i];
    complete_ = static_cast<std::size_t>(std::ranges::count(full, 1.));
    const auto add = [&](const char* name, const char* description, std::vector<double> order) {
      policies_.push_back({name, description, std::move(order)});
    };
    add("engagement", "the most engaged first", engaged);
    add("completeness", "the most complete first, equal ones at random", complete);
    add("completeness, engagement", "the most complete first, equal ones by engagement",
        first_then(complete, engaged));
    add("complete by engagement", "complete groups by engagement, then the others by engagement",
        first_then(full, engaged));
    add("rank sum", "by the sum of the ranks of both", std::move(sum));
    add("product", "by engagement times completeness", std::move(product));
    add("at random", "any group, as often as any other", std::vector<double>(engaged.size(), 0));
    if (!world_.truth) return;
    std::vector<double> truth;
    for (const GroupId group : judge_.groups()) truth.push_back(world_.truth->score[group.index()]);
    if (std::ranges::none_of(truth, [](double v) { return std::isnan(v); }))
      add("true score", "by what outcomes were drawn from: the ceiling", std::move(truth));
  }

  // Of one draw of account trees: every figure at every share, then the best share up to the
  // largest and its profit.
  std::size_t width() const { return figure_count * shares_.size() + 2; }
  std::vector<double> draw(const DecisionRanking& ranking, std::size_t column) const {
    std::vector<std::uint32_t> weight;
    if (column > 0) {
      std::vector<std::uint32_t> multiplicity(units_.count);
      draw_multiplicity(spec_.bootstrap.seed, column - 1, multiplicity);
      for (const std::uint32_t unit : units_.of_group) weight.push_back(multiplicity[unit]);
    }
    std::vector<double> row;
    for (const HandOffPoint& point : ranking.curve(offer_, shares_, weight))
      row.insert(row.end(), {point.precision, point.recall, point.profit});
    HandOff room = offer_;
    room.capacity = shares_.back();
    const HandOffPoint best = ranking.best(room, weight).value();
    row.insert(row.end(), {best.share, best.profit});
    return row;
  }

  void measure() {
    const Phase phase("measure policies");
    const std::size_t columns = spec_.bootstrap.replicates + 1;
    progress_.begin("measure", policies_.size(), "policies");
    for (std::size_t p = 0; p < policies_.size(); ++p) {
      figures_.push_back(
          journal_.rows("policies", width() * columns, p, p + 1, [&](std::size_t, std::size_t) {
            const DecisionRanking ranking(policies_[p].order, judge_.won());
            std::vector<double> all(width() * columns);
            parallel::for_each(columns, [&](std::size_t column) {
              std::ranges::copy(draw(ranking, column),
                                all.begin() + static_cast<std::ptrdiff_t>(column * width()));
            });
            return all;
          }));
      progress_.advance(1);
    }
    progress_.end();
  }

  Replicated replicated(std::size_t policy, std::size_t column) const {
    Replicated result{figures_[policy][column], {}};
    for (std::size_t r = 1; r <= spec_.bootstrap.replicates; ++r)
      result.replicates.push_back(figures_[policy][r * width() + column]);
    return result;
  }
  Replicated figure(std::size_t policy, Figure f, std::size_t share) const {
    return replicated(policy, share * figure_count + f);
  }
  Replicated best_share(std::size_t policy) const { return replicated(policy, width() - 2); }
  Replicated best_profit(std::size_t policy) const { return replicated(policy, width() - 1); }
  Interval interval(const Replicated& r) const {
    return interval_of(r, spec_.bootstrap.confidence);
  }

  void describe_policies() {
    std::vector<std::string> names, descriptions, verdicts;
    std::vector<Interval> of[figure_count], gain[figure_count], share, best;
    std::vector<double> tau, flipped;
    const auto top = static_cast<std::uint64_t>(
        std::llround(offer_.capacity * static_cast<double>(judge_.won().size())));
    for (std::size_t p = 0; p < policies_.size(); ++p) {
      names.push_back(policies_[p].name);
      descriptions.push_back(policies_[p].description);
      for (std::size_t f = 0; f < figure_count; ++f) {
        const Replicated own = figure(p, static_cast<Figure>(f), at_);
        of[f].push_back(interval(own));
        gain[f].push_back(interval(difference(own, figure(0, static_cast<Figure>(f), at_))));
      }
      verdicts.push_back(p == 0 ? "" : verdict(gain[profit].back()));
      share.push_back(interval(best_share(p)));
      best.push_back(interval(best_profit(p)));
      const RankPair pair(policies_.front().order, policies_[p].order);
      tau.push_back(pair.tau_b());
      flipped.push_back(pair.flipped(top) / static_cast<double>(pair.size()));
    }
    TableBuilder table("policies",
                       "ways to choose the groups that go to sales, at the capacity of the study; "
                       "gains over hand-off by engagement are paired by replicate");
    table.texts("policy", names, "").texts("description", descriptions, "");
    const char* meanings[]{"share of the handed off that are won", "share of the won handed off",
                           "of all groups, per group"};
    for (std::size_t f = 0; f < figure_count; ++f)
      table.intervals(figure_names[f], of[f], "", meanings[f])
          .intervals(std::string(figure_names[f]) + "_gain", gain[f], "", "over engagement");
    run_.record.tables.push_back(
        table.texts("verdict", verdicts, "of its profit, by where the interval of the gain lies")
            .numbers("kendall_tau", std::move(tau), "",
                     "of its order with that by engagement; NaN: no order")
            .numbers("flipped", std::move(flipped), "",
                     "share of groups that engagement hands off and it does not")
            .intervals("best_share", share, "",
                       "of groups handed off that profits most, up to the largest of the curve")
            .intervals("best_profit", best, "", "there, per group")
            .done());
  }

  void describe_curve() {
    std::vector<std::string> names;
    std::vector<double> share;
    std::vector<Interval> of[figure_count], gain;
    for (std::size_t p = 0; p < policies_.size(); ++p)
      for (std::size_t s = 0; s < shares_.size(); ++s) {
        names.push_back(policies_[p].name);
        share.push_back(shares_[s]);
        for (std::size_t f = 0; f < figure_count; ++f)
          of[f].push_back(interval(figure(p, static_cast<Figure>(f), s)));
        gain.push_back(interval(difference(figure(p, profit, s), figure(0, profit, s))));
      }
    TableBuilder table("curve", "every policy at every capacity");
    table.texts("policy", names, "").numbers("share", std::move(share), "", "of groups handed off");
    for (std::size_t f = 0; f < figure_count; ++f) table.intervals(figure_names[f], of[f], "", "");
    run_.record.tables.push_back(
        table.intervals("profit_gain", gain, "", "over hand-off by engagement").done());
  }

  // Those that one can choose from, by profit at the capacity.
  std::size_t best_policy() const {
    std::size_t best = 0;
    for (std::size_t p = 1; p < policies_.size(); ++p)
      if (policies_[p].name != "true score" &&
          figure(p, profit, at_).value > figure(best, profit, at_).value)
        best = p;
    return best;
  }

  void summarise() {
    auto& summary = run_.record.summary;
    const auto of_profit = [&](std::size_t p) {
      return interval(difference(figure(p, profit, at_), figure(0, profit, at_)));
    };
    const std::size_t best = best_policy();
    summary.emplace_back("capacity", offer_.capacity);
    summary.emplace_back("value_won", offer_.value_won);
    summary.emplace_back("cost", offer_.cost);
    summary.emplace_back("complete", static_cast<std::int64_t>(complete_));
    summary.emplace_back("completeness_undefined", static_cast<std::int64_t>(undefined_));
    summary.emplace_back("best_policy", policies_[best].name);
    put_interval(summary, "engagement_profit", interval(figure(0, profit, at_)));
    put_interval(summary, "completeness_gain", of_profit(1));
    put_interval(summary, "best_gain", of_profit(best));
    put_interval(summary, "best_share", interval(best_share(best)));
    const auto precision_of = [&](std::size_t p) {
      const double share = figure(p, precision, at_).value;
      return std::isnan(share) ? std::string("none") : fmt::format("{:.1f} %", 100 * share);
    };
    std::string text = fmt::format(
        "Of the {:g} % of groups that sales can take, {} are won when the most engaged go, "
        "{} when the most complete go, {} of any.\nProfit per group by engagement: {}; "
        "by completeness instead: {}, {}.",
        100 * offer_.capacity, precision_of(0), precision_of(1), precision_of(6),
        plain_interval(interval(figure(0, profit, at_))), signed_interval(of_profit(1)),
        verdict(of_profit(1)));
    if (best != 0)
      text += fmt::format("\nBest is {} ({}): {} over engagement, {}.", policies_[best].name,
                          policies_[best].description, signed_interval(of_profit(best)),
                          verdict(of_profit(best)));
    else
      text += "\nNo other policy has more profit than engagement.";
    const Interval share = interval(best_share(best));
    text += fmt::format(
        "\nAt a cost of {:g} and a value of {:g}, {} profits most with {:.0f} % of groups handed "
        "off ({:.0f} … {:.0f} %): {:.4f} per group.",
        offer_.cost, offer_.value_won, policies_[best].name, 100 * share.value, 100 * share.low,
        100 * share.high, best_profit(best).value);
    summary.emplace_back("world_digest", content_digest(world_));
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  void show() {
    const auto column = [&](const char* name) {
      return std::get<std::vector<double>>(run_.record.table("policies")->column(name)->values);
    };
    const auto percent = [&](const char* name) {
      std::vector<double> values = column(name);
      for (double& v : values) v *= 100;
      return placed(values, "{:.1f} %");
    };
    const auto range = [&](const std::string& name, double factor, const char* format) {
      const std::vector<double> low = column((name + "_low").c_str()),
                                high = column((name + "_high").c_str());
      TextColumn texts;
      for (std::size_t p = 0; p < low.size(); ++p)
        texts.push_back(fmt::format(fmt::runtime(format), factor * low[p], factor * high[p]));
      return texts;
    };
    TextColumn names;
    for (const Policy& policy : policies_) names.push_back(policy.name);
    run_.shown.emplace_back(
        fmt::format("At a capacity of {:g} %, and profit per group over hand-off by engagement",
                    100 * offer_.capacity),
        std::vector<TableColumn>{{"policy", names},
                                 {"precision", percent("precision")},
                                 {"recall", percent("recall")},
                                 {"profit", placed(column("profit"), "{:.4f}")},
                                 {"gain", placed(column("profit_gain"), "{:+.4f}")},
                                 {"interval", range("profit_gain", 1, "{:+.4f} … {:+.4f}")},
                                 {"flipped", percent("flipped")}});
    run_.shown.emplace_back(
        fmt::format("The capacity of the most profit, up to {:g} %", 100 * shares_.back()),
        std::vector<TableColumn>{{"policy", std::move(names)},
                                 {"share", percent("best_share")},
                                 {"interval", range("best_share", 100, "{:.0f} … {:.0f} %")},
                                 {"profit", placed(column("best_profit"), "{:.4f}")}});
    TextColumn policies, rows[6];
    const std::size_t marks[]{1, 5, 10, 20, 30, 50};
    for (std::size_t p = 0; p < policies_.size(); ++p) {
      policies.push_back(policies_[p].name);
      for (std::size_t k = 0; k < 6; ++k) {
        const auto share = static_cast<std::size_t>(
            std::ranges::find(shares_, static_cast<double>(marks[k]) / 100) - shares_.begin());
        rows[k].push_back(fmt::format("{:.1f} %", 100 * figure(p, precision, share).value));
      }
    }
    std::vector<TableColumn> columns{{"policy", std::move(policies)}};
    for (std::size_t k = 0; k < 6; ++k)
      columns.push_back({fmt::format("{} %", marks[k]), std::move(rows[k])});
    run_.shown.emplace_back("Share won among the handed off, by capacity", std::move(columns));
  }

  const StudyTask& task_;
  const StudySpec& spec_;
  HandOff offer_;
  StudyJournal& journal_;
  Progress& progress_;
  World world_;
  Model base_;
  SearchSpace space_;
  CandidateJudge judge_;
  ResamplingUnits units_;
  std::vector<double> shares_;
  std::size_t at_ = 0;  // of the study's capacity in shares_
  std::size_t complete_ = 0, undefined_ = 0;
  std::vector<Policy> policies_;
  std::vector<std::vector<double>> figures_;  // by policy: draws × width()
  StudyRun run_;
};

}  // namespace

StudyRun run_hand_off(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("hand-off");
  return HandOffStudy(task, journal, progress).run();
}

}  // namespace rolecall
