#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/auc_replicates.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// How often a true difference between two models is seen, by the number of accounts. The worse of
// the two is the base model; the better one lies on the way from it to the truth, as far as makes
// the difference asked for on large worlds.
class Power {
 public:
  Power(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task), spec_(task.spec), journal_(journal), progress_(progress) {
    if (sizes_.empty()) sizes_.push_back(static_cast<double>(task.world_spec.size.accounts));
    std::ranges::sort(sizes_);
  }

  StudyRun run() {
    choose_models();
    for (std::size_t s = 0; s < sizes_.size(); ++s) measure(s);
    describe();
    return std::move(run_);
  }

 private:
  static constexpr std::uint64_t reference_offset = 1'000'003, reference_worlds = 16;

  // Scores of the base and the true model, each over its standard deviation on a large world.
  struct Scored {
    std::vector<double> base, truth;
    std::vector<std::uint8_t> won;
    std::vector<std::uint32_t> tree;
  };
  Scored score_world(const World& world) const {
    const SearchSpace nothing({}, {}, task_.base_model(world));
    CandidateJudge judge(world, nothing, parse_as_of(spec_.model.as_of), spec_.hand_off);
    const auto standard = [&](std::vector<double> scores, double unit) {
      for (double& v : scores) v /= unit;
      return scores;
    };
    std::vector<double> base = judge.scores(nothing.base());
    std::vector<double> truth = judge.scores(truth_model(world, "the world"));
    return {standard(std::move(base), unit_base_), standard(std::move(truth), unit_truth_),
            judge.won(), judge.tree()};
  }

  static double deviation(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.) / n;
    double squares = 0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return squares > 0 ? std::sqrt(squares / n) : 1;
  }

  static std::vector<double> mixed(const Scored& s, double share) {
    std::vector<double> scores(s.base.size());
    for (std::size_t g = 0; g < scores.size(); ++g)
      scores[g] = (1 - share) * s.base[g] + share * s.truth[g];
    return scores;
  }

  void choose_models() {
    const Phase phase("choose the models");
    const std::vector<double> found =
        journal_.rows("models", 4, 0, 1, [&](std::size_t, std::size_t) {
          std::vector<Scored> worlds;
          for (std::uint64_t k = 0; k < reference_worlds; ++k)
            worlds.push_back(score_world(generate_world(
                task_.sized_spec(task_.world_spec.seed + reference_offset + k, sizes_.back()))));
          unit_base_ = deviation(worlds.front().base);
          unit_truth_ = deviation(worlds.front().truth);
          for (Scored& world : worlds) {
            for (double& v : world.base) v /= unit_base_;
            for (double& v : world.truth) v /= unit_truth_;
          }
          const auto gain = [&](double share) {
            double sum = 0;
            for (const Scored& world : worlds)
              sum += area_under_curve(mixed(world, share), world.won) -
                     area_under_curve(world.base, world.won);
            return sum / static_cast<double>(reference_worlds);
          };
          if (gain(1) < spec_.worlds.effect)
            throw InputError(
                {.field = "worlds.effect",
                 .value = fmt::format("{}", spec_.worlds.effect),
                 .what = fmt::format("the true model is only {:.4f} of AUC better than the base "
                                     "model here",
                                     gain(1)),
                 .remedy = "Ask for a smaller difference, or take a worse base model."});
          double below = 0, above = 1;
          for (int i = 0; i < 40; ++i) {
            const double middle = below + (above - below) / 2;
            (gain(middle) < spec_.worlds.effect ? below : above) = middle;
          }
          return std::vector<double>{above, unit_base_, unit_truth_, gain(above)};
        });
    share_ = found[0];
    unit_base_ = found[1];
    unit_truth_ = found[2];
    effect_ = found[3];
  }

  // The difference of the two models and its interval, paired by replicate.
  std::vector<double> measure_world(double accounts, std::uint64_t seed) {
    const World world = generate_world(task_.sized_spec(seed, accounts));
    const Scored scored = score_world(world);
    const AucReplicates replicates(scored.won, scored.tree, spec_.bootstrap.replicates,
                                   spec_.bootstrap.seed);
    const std::vector<double> base = replicates.measure(scored.base);
    const std::vector<double> better = replicates.measure(mixed(scored, share_));
    std::vector<double> gain(base.size());
    std::ranges::transform(better, base, gain.begin(), std::minus{});
    const PercentileBounds bounds =
        percentile_interval({gain.begin() + 1, gain.end()}, spec_.bootstrap.confidence);
    return {static_cast<double>(scored.won.size()), gain[0], bounds.low, bounds.high};
  }

  void measure(std::size_t size) {
    const Phase phase("measure worlds");
    const std::string stage = fmt::format("{} accounts", sizes_[size]);
    progress_.begin(stage, spec_.worlds.seeds, "worlds");
    std::vector<double> rows;
    for (std::size_t s = 0; s < spec_.worlds.seeds; ++s) {
      const std::vector<double> row =
          journal_.rows(stage, width, s, s + 1, [&](std::size_t, std::size_t) {
            return measure_world(sizes_[size], task_.world_spec.seed + s);
          });
      rows.insert(rows.end(), row.begin(), row.end());
      progress_.advance(1);
    }
    progress_.end();
    rows_.push_back(std::move(rows));
  }

  static constexpr std::size_t width = 4;

  void describe() {
    std::vector<double> mean_groups, mean_gain, spread, half_width, predicted;
    std::vector<Interval> power, coverage;
    const auto seeds = static_cast<double>(spec_.worlds.seeds);
    const double z = normal_quantile(.5 + spec_.bootstrap.confidence / 2);
    for (const std::vector<double>& rows : rows_) {
      double groups = 0, gain = 0, squares = 0, width_sum = 0;
      std::int64_t seen = 0, held = 0;
      for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
        const double* row = rows.data() + w * width;
        groups += row[0];
        gain += row[1];
        squares += row[1] * row[1];
        width_sum += (row[3] - row[2]) / 2;
        seen += row[2] > 0;
        held += row[2] <= effect_ && effect_ <= row[3];
      }
      mean_groups.push_back(groups / seeds);
      mean_gain.push_back(gain / seeds);
      const double variance = seeds > 1 ? (squares - gain * gain / seeds) / (seeds - 1) : nan;
      spread.push_back(std::sqrt(std::max(0., variance)));
      half_width.push_back(width_sum / seeds);
      power.push_back(share_interval(seen));
      coverage.push_back(share_interval(held));
    }
    // What a normal difference would give, its error falling with the root of the number of groups.
    double squares = 0;
    for (std::size_t s = 0; s < sizes_.size(); ++s)
      squares += spread[s] * spread[s] * mean_groups[s] / static_cast<double>(sizes_.size());
    const double unit = std::sqrt(squares);
    for (const double n : mean_groups)
      predicted.push_back(normal_distribution(effect_ * std::sqrt(n) / unit - z));
    const double groups_needed = std::pow(unit * (z + normal_quantile(.8)) / effect_, 2);
    const double accounts_needed = groups_needed * sizes_.back() / mean_groups.back();
    const double seen_at = interpolated(power);

    run_.record.tables.push_back(
        TableBuilder("power",
                     "how often the difference is seen: the interval of the paired "
                     "difference lies above 0")
            .numbers("accounts", sizes_, "accounts", "")
            .numbers("groups", mean_groups, "groups", "with an outcome, mean")
            .numbers("difference", mean_gain, "", "of AUC, mean over worlds")
            .numbers("deviation", spread, "", "of it, between worlds")
            .numbers("half_width", half_width, "", "of its bootstrap interval, mean")
            .intervals("power", power, "", "share of worlds in which it is seen; Wilson's interval")
            .numbers("predicted", predicted, "",
                     "the same of a normal difference whose error falls with the root of groups")
            .intervals("coverage", coverage, "",
                       "share of intervals that hold the true difference; Wilson's interval")
            .done());
    std::vector<double> accounts, groups, gain, low, high;
    std::vector<std::int64_t> seed;
    for (std::size_t s = 0; s < sizes_.size(); ++s)
      for (std::size_t w = 0; w < spec_.worlds.seeds; ++w) {
        const double* row = rows_[s].data() + w * width;
        accounts.push_back(sizes_[s]);
        seed.push_back(static_cast<std::int64_t>(task_.world_spec.seed + w));
        groups.push_back(row[0]);
        gain.push_back(row[1]);
        low.push_back(row[2]);
        high.push_back(row[3]);
      }
    run_.record.tables.push_back(TableBuilder("worlds", "one row for each world")
                                     .numbers("accounts", accounts, "accounts", "")
                                     .counts("seed", seed, "", "of the world")
                                     .numbers("groups", groups, "groups", "with an outcome")
                                     .numbers("difference", gain, "", "of AUC")
                                     .numbers("difference_low", low, "", "")
                                     .numbers("difference_high", high, "", "")
                                     .done());
    TextColumn shown_power, shown_coverage;
    for (std::size_t s = 0; s < sizes_.size(); ++s) {
      shown_power.push_back(plain_interval(power[s]));
      shown_coverage.push_back(plain_interval(coverage[s]));
    }
    run_.shown.emplace_back(
        fmt::format("How often a difference of {:.3f} of AUC is seen, over {} worlds each", effect_,
                    spec_.worlds.seeds),
        std::vector<TableColumn>{{"accounts", placed(sizes_, "{:g}")},
                                 {"groups", placed(mean_groups, "{:.0f}")},
                                 {"difference", placed(mean_gain, "{:+.4f}")},
                                 {"deviation", placed(spread, "{:.4f}")},
                                 {"power", std::move(shown_power)},
                                 {"predicted", placed(predicted, "{:.4f}")},
                                 {"coverage", std::move(shown_coverage)}});
    auto& summary = run_.record.summary;
    summary.emplace_back("worlds", static_cast<std::int64_t>(sizes_.size() * spec_.worlds.seeds));
    summary.emplace_back("effect", effect_);
    summary.emplace_back("share_of_truth", share_);
    summary.emplace_back("accounts_for_80", seen_at);
    summary.emplace_back("accounts_for_80_predicted", accounts_needed);
    summary.emplace_back("groups_for_80_predicted", groups_needed);
    summary.emplace_back("confidence", spec_.bootstrap.confidence);
    const std::string text = fmt::format(
        "A difference of {:.3f} of AUC is seen in 80 % of worlds from {} on; a normal "
        "approximation says {:.0f} accounts, {:.0f} groups with an outcome.",
        effect_,
        std::isnan(seen_at) ? std::string("a size outside of those tried")
                            : fmt::format("about {:.0f} accounts", seen_at),
        accounts_needed, groups_needed);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  Interval share_interval(std::int64_t hits) const {
    return wilson_interval(hits, static_cast<std::int64_t>(spec_.worlds.seeds),
                           spec_.bootstrap.confidence);
  }

  // The size at which power first rises through .8, even in the logarithm of size.
  double interpolated(const std::vector<Interval>& power) const {
    for (std::size_t s = 0; s + 1 < sizes_.size(); ++s) {
      const double a = power[s].value, b = power[s + 1].value;
      if (a < .8 && b >= .8)
        return sizes_[s] *
               portable_exp((.8 - a) / (b - a) * portable_log(sizes_[s + 1] / sizes_[s]));
    }
    return nan;
  }

  static double normal_distribution(double x) { return .5 * std::erfc(-x / std::sqrt(2.)); }

  StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<double> sizes_ = spec_.worlds.accounts;
  double share_ = 0, effect_ = 0, unit_base_ = 1, unit_truth_ = 1;
  std::vector<std::vector<double>> rows_;
  StudyRun run_;
};

}  // namespace

StudyRun run_power(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("power");
  return Power(task, journal, progress).run();
}

}  // namespace rolecall
