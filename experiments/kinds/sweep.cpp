#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "experiments/tuner.hpp"
#include "generators/generate.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Mean over worlds, and a normal interval of the mean.
Interval mean_of(const std::vector<double>& values, double confidence) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.) / n;
  if (values.size() < 2) return {mean, nan, nan};
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double half = normal_quantile(.5 + confidence / 2) * std::sqrt(squares / (n - 1) / n);
  return {mean, mean - half, mean + half};
}

class Sweep {
 public:
  Sweep(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task), spec_(task.spec), journal_(journal), progress_(progress) {
    if (values_.empty()) values_.push_back(nan);
  }

  StudyRun run() {
    measure();
    describe_points();
    describe_best();
    summarise();
    return std::move(run_);
  }

 private:
  // The objective of every point of the grid on one world, and of the truth.
  std::vector<double> measure_world(std::size_t value, std::uint64_t seed) {
    WorldSpec spec = task_.sized_spec(seed);
    if (!std::isnan(values_[value])) spec = task_.varied_spec(std::move(spec), values_[value]);
    const World world = generate_world(spec);
    const SearchSpace space(spec_.space, spec_.constraints, task_.base_model(world));
    CandidateJudge judge(world, space, parse_as_of(spec_.model.as_of), spec_.hand_off);
    const std::uint64_t size = count_candidates(grid(), space);
    std::vector<Point> points;
    for (std::uint64_t i = 0; i < size; ++i)
      points.push_back(space.grid_point(i, spec_.search.steps));
    std::vector<double> figures = judge.judge(points, 0, parse_objective(spec_.search.objective));
    figures.push_back(world.truth ? world.truth->ceiling_auc : nan);
    return figures;
  }

  StudySpec::Search grid() const {
    StudySpec::Search search = spec_.search;
    search.method = "grid";
    return search;
  }

  void measure() {
    const Phase phase("measure worlds");
    // The grid is that of any world, as the model has the same parts in all.
    const World smallest = generate_world(task_.sized_spec(task_.world_spec.seed, 50));
    space_.emplace(spec_.space, spec_.constraints, task_.base_model(smallest));
    points_ = count_candidates(grid(), *space_);
    const std::size_t seeds = spec_.worlds.seeds;
    progress_.begin("worlds", values_.size() * seeds, "worlds");
    figures_ = {};
    for (std::size_t v = 0; v < values_.size(); ++v)
      for (std::size_t s = 0; s < seeds; ++s) {
        const std::size_t row = v * seeds + s;
        const std::vector<double> figures = journal_.rows(
            "worlds", points_ + 1, row, row + 1,
            [&](std::size_t, std::size_t) { return measure_world(v, task_.world_spec.seed + s); });
        figures_.insert(figures_.end(), figures.begin(), figures.end());
        progress_.advance(1);
      }
    progress_.end();
  }

  std::vector<double> over_seeds(std::size_t value, std::size_t point) const {
    std::vector<double> values;
    for (std::size_t s = 0; s < spec_.worlds.seeds; ++s)
      values.push_back(figures_[(value * spec_.worlds.seeds + s) * (points_ + 1) + point]);
    return values;
  }

  void add_point(std::uint64_t i, std::vector<std::vector<std::string>>& columns) const {
    const Point point = space_->grid_point(i, spec_.search.steps);
    for (std::size_t p = 0; p < point.size(); ++p)
      columns[p].push_back(space_->parameters()[p].text_of(point[p]));
  }

  void describe_points() {
    std::vector<double> value;
    std::vector<Interval> figure;
    std::vector<std::vector<std::string>> columns(space_->dimensions());
    for (std::size_t v = 0; v < values_.size(); ++v)
      for (std::uint64_t i = 0; i < points_; ++i) {
        value.push_back(values_[v]);
        figure.push_back(mean_of(over_seeds(v, i), spec_.bootstrap.confidence));
        add_point(i, columns);
      }
    TableBuilder table("sweep", "every point of the grid on every kind of world, over the seeds");
    table.numbers("varied", std::move(value), "", "what the first varied number is");
    for (std::size_t p = 0; p < columns.size(); ++p)
      table.texts(space_->parameters()[p].name, columns[p], "");
    table.intervals("value", figure, "", "of the objective: mean over worlds, and its interval");
    run_.record.tables.push_back(table.done());
  }

  // By what varies: the best point, how much it is better than the base model's, paired by world.
  void describe_best() {
    std::vector<double> value;
    std::vector<Interval> best, base, gain, ceiling;
    std::vector<std::vector<std::string>> columns(space_->dimensions());
    const Point base_point = space_->base_point();
    std::uint64_t base_at = points_;
    for (std::uint64_t i = 0; i < points_; ++i)
      if (space_->grid_point(i, spec_.search.steps) == base_point) base_at = i;
    for (std::size_t v = 0; v < values_.size(); ++v) {
      std::uint64_t at = 0;
      double highest = -std::numeric_limits<double>::infinity();
      for (std::uint64_t i = 0; i < points_; ++i)
        if (const double mean = mean_of(over_seeds(v, i), .5).value; mean > highest) {
          highest = mean;
          at = i;
        }
      value.push_back(values_[v]);
      add_point(at, columns);
      const double c = spec_.bootstrap.confidence;
      best.push_back(mean_of(over_seeds(v, at), c));
      ceiling.push_back(mean_of(over_seeds(v, points_), c));
      if (base_at == points_) {
        base.push_back({nan, nan, nan});
        gain.push_back({nan, nan, nan});
        continue;
      }
      std::vector<double> differences = over_seeds(v, at);
      const std::vector<double> bases = over_seeds(v, base_at);
      for (std::size_t s = 0; s < differences.size(); ++s) differences[s] -= bases[s];
      base.push_back(mean_of(bases, c));
      gain.push_back(mean_of(differences, c));
    }
    TableBuilder table("best",
                       "the best point for each value of what varies, chosen by the mean "
                       "over worlds");
    table.numbers("varied", value, "", "what the first varied number is");
    for (std::size_t p = 0; p < columns.size(); ++p)
      table.texts(space_->parameters()[p].name, columns[p], "");
    table.intervals("value", best, "", "")
        .intervals("default", base, "", "of the base model's own point; NaN: not on the grid")
        .intervals("gain", gain, "", "over it, paired by world")
        .intervals("ceiling", ceiling, "", "AUC of the true score");
    best_ = best;
    gain_ = gain;
    std::vector<TableColumn> shown{{"varied", placed(value, "{:g}")}};
    for (std::size_t p = 0; p < columns.size(); ++p)
      shown.push_back({space_->parameters()[p].name, TextColumn(columns[p])});
    const auto add = [&](const char* name, const std::vector<Interval>& figures,
                         const char* format) {
      std::vector<double> values;
      for (const Interval& f : figures) values.push_back(f.value);
      shown.push_back({name, placed(values, format)});
    };
    add("best", best, "{:.4f}");
    add("default", base, "{:.4f}");
    add("gain", gain, "{:+.4f}");
    add("ceiling", ceiling, "{:.4f}");
    columns_ = columns;
    run_.shown.emplace_back(
        fmt::format("The best of {} points, by {}", points_,
                    spec_.worlds.vary.empty() ? "world" : spec_.worlds.vary.front()),
        std::move(shown));
    run_.record.tables.push_back(table.done());
  }

  std::string best_text(std::size_t v) const {
    std::string text;
    for (std::size_t p = 0; p < columns_.size(); ++p)
      text +=
          fmt::format("{}{} {}", p == 0 ? "" : ", ", space_->parameters()[p].name, columns_[p][v]);
    return text;
  }

  void summarise() {
    auto& summary = run_.record.summary;
    summary.emplace_back("worlds", static_cast<std::int64_t>(values_.size() * spec_.worlds.seeds));
    summary.emplace_back("points", static_cast<std::int64_t>(points_));
    summary.emplace_back("objective", spec_.search.objective);
    summary.emplace_back("confidence", spec_.bootstrap.confidence);
    const std::size_t last = values_.size() - 1;
    std::string text;
    for (const std::size_t v :
         last > 0 ? std::vector<std::size_t>{0, last} : std::vector<std::size_t>{0}) {
      if (!std::isnan(values_[v]))
        text += fmt::format("At {} = {:g} the", spec_.worlds.vary.front(), values_[v]);
      else
        text += "The";
      text += fmt::format(" best of {} points has {}: {} of {:.4f}", points_, best_text(v),
                          spec_.search.objective, best_[v].value);
      text += std::isnan(gain_[v].value)
                  ? ".\n"
                  : fmt::format(", over the default {}.\n", signed_interval(gain_[v]));
    }
    text.pop_back();
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<double> values_ = spec_.worlds.values;
  std::optional<SearchSpace> space_;
  std::uint64_t points_ = 0;
  std::vector<double> figures_;  // worlds × (points + 1)
  std::vector<Interval> best_, gain_;
  std::vector<std::vector<std::string>> columns_;
  StudyRun run_;
};

}  // namespace

StudyRun run_sweep(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("sweep");
  return Sweep(task, journal, progress).run();
}

}  // namespace rolecall
