#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "sim/measures/replicates.hpp"
#include "sim/outcome/calibration_targets.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/simulation.hpp"

namespace rolecall {
namespace {

// One scenario and one of its targets.
struct Held {
  std::string scenario;
  sim::CalibrationTarget target;
  sim::ReplicatedFigure figure;
  std::size_t meeting = 0;  // seeds that meet it on their own

  bool is_met() const { return target.is_met(figure.mean.value); }
};

// The log-normal law of which shares last four and seven months.
struct CycleLaw {
  double median = 0;  // [month]
  double sigma = 0;
};

CycleLaw cycle_law(double four, double seven) {
  const double at_4 = normal_quantile(1 - four), at_7 = normal_quantile(1 - seven);
  const double sigma = portable_log(7. / 4) / (at_7 - at_4);
  return {4 * portable_exp(-sigma * at_4), sigma};
}

class Study {
 public:
  Study(StudyTask& task, StudyJournal& journal, Progress& progress)
      : task_(task), spec_(task.spec), journal_(journal), progress_(progress) {}

  StudyRun run() {
    simulate();
    hold();
    describe();
    describe_runs();
    summarise();
    return std::move(run_);
  }

 private:
  static std::size_t width() { return kpi_list().size(); }
  std::uint64_t seed(std::size_t i) const { return spec_.world.seed + i; }

  void simulate() {
    const Phase phase("simulations");
    // Runs side by side keep the threads busier than one at a time; so many are lost at a stop.
    constexpr std::size_t batch = 4;
    const std::size_t seeds = spec_.worlds.seeds;
    progress_.begin("simulate", seeds * task_.scenarios.size(), "runs");
    for (std::size_t s = 0; s < task_.scenarios.size(); ++s) {
      sim::Scenario scenario = task_.scenarios[s];
      scenario.arms.clear();  // it is the scenario that is calibrated
      std::vector<double>& all = kpis_.emplace_back();
      for (std::size_t from = 0; from < seeds; from += batch) {
        const std::size_t to = std::min(seeds, from + batch);
        const std::vector<double> rows = journal_.rows(
            fmt::format("{} {}", s + 1, scenario.name), width(), from, to,
            [&](std::size_t begin, std::size_t end) {
              std::vector<double> figures((end - begin) * width());
              parallel::for_each(end - begin, [&](std::size_t k) {
                sim::Simulation simulation(scenario, seed(begin + k));
                while (simulation.done() < simulation.days()) simulation.step();
                std::ranges::copy(simulation.result().kpis,
                                  figures.begin() + static_cast<std::ptrdiff_t>(k * width()));
              });
              return figures;
            });
        all.insert(all.end(), rows.begin(), rows.end());
        progress_.advance(to - from);
      }
    }
    progress_.end();
  }

  std::vector<double> values(std::size_t scenario, std::string_view kpi) const {
    std::vector<double> by_seed;
    for (std::size_t i = 0; i < spec_.worlds.seeds; ++i)
      by_seed.push_back(kpis_[scenario][i * width() + kpi_index(kpi)]);
    return by_seed;
  }

  void hold() {
    for (std::size_t s = 0; s < task_.scenarios.size(); ++s)
      for (const sim::CalibrationTarget& target : sim::targets_of(task_.scenarios[s].name)) {
        const std::vector<double> by_seed = values(s, target.kpi);
        held_.push_back({task_.scenarios[s].name, target,
                         sim::over_replicates(by_seed, spec_.bootstrap.confidence),
                         static_cast<std::size_t>(std::ranges::count_if(
                             by_seed, [&](double v) { return target.is_met(v); }))});
      }
  }

  void describe() {
    std::vector<std::string> scenario, quantity, unit, meaning, source, verdicts;
    std::vector<Interval> simulated;
    std::vector<double> deviation, low, high;
    std::vector<std::int64_t> seeds, meeting;
    TextColumn shown, range, alone;
    for (const Held& h : held_) {
      const KpiInfo& info = kpi_list()[kpi_index(h.target.kpi)];
      scenario.push_back(h.scenario);
      quantity.emplace_back(info.name);
      unit.emplace_back(info.unit);
      meaning.emplace_back(info.meaning);
      source.emplace_back(h.target.source);
      simulated.push_back(h.figure.mean);
      deviation.push_back(h.figure.deviation);
      low.push_back(h.target.low);
      high.push_back(h.target.high);
      seeds.push_back(static_cast<std::int64_t>(h.figure.used));
      meeting.push_back(static_cast<std::int64_t>(h.meeting));
      verdicts.emplace_back(h.is_met() ? "met" : h.figure.used == 0 ? "undefined" : "missed");
      const double half = (h.figure.mean.high - h.figure.mean.low) / 2;
      shown.push_back(std::isnan(half) ? fmt::format("{:.3f}", h.figure.mean.value)
                                       : fmt::format("{:.3f} ± {:.3f}", h.figure.mean.value, half));
      range.push_back(fmt::format("{:g} … {:g}", h.target.low, h.target.high));
      alone.push_back(fmt::format("{} of {}", h.meeting, h.figure.used));
    }
    run_.shown.emplace_back(
        fmt::format("Simulated against target: means of {} seeds, {:g} % intervals",
                    spec_.worlds.seeds, 100 * spec_.bootstrap.confidence),
        std::vector<TableColumn>{{"scenario", TextColumn(scenario)},
                                 {"quantity", TextColumn(quantity)},
                                 {"simulated", std::move(shown)},
                                 {"target", std::move(range)},
                                 {"", TextColumn(verdicts)},
                                 {"seeds alone", std::move(alone)}});
    run_.record.tables.push_back(
        TableBuilder("calibration", "every target of every scenario, and what was simulated")
            .texts("scenario", scenario, "")
            .texts("quantity", quantity, "a figure of a simulation")
            .texts("unit", unit, "of figures from simulated to high")
            .texts("meaning", meaning, "")
            .intervals("simulated", simulated, "", "mean over seeds")
            .numbers("deviation", std::move(deviation), "", "standard deviation over seeds")
            .numbers("low", std::move(low), "", "of the range to meet")
            .numbers("high", std::move(high), "", "")
            .counts("seeds", std::move(seeds), "", "in which it is defined")
            .counts("meeting", std::move(meeting), "", "seeds that are in the range on their own")
            .texts("verdict", verdicts, "met, missed or undefined: of the mean")
            .texts("source", source, "of the target")
            .done());
  }

  void describe_runs() {
    std::vector<std::string> scenario;
    std::vector<std::int64_t> seeds;
    for (const sim::Scenario& s : task_.scenarios)
      for (std::size_t i = 0; i < spec_.worlds.seeds; ++i) {
        scenario.push_back(s.name);
        seeds.push_back(static_cast<std::int64_t>(seed(i)));
      }
    TableBuilder table("runs", "the figures of each run");
    table.texts("scenario", scenario, "").counts("seed", std::move(seeds), "", "");
    for (const KpiInfo& info : kpi_list()) {
      std::vector<double> column;
      for (std::size_t s = 0; s < task_.scenarios.size(); ++s)
        for (const double v : values(s, info.name)) column.push_back(v);
      table.numbers(std::string(info.name), std::move(column), std::string(info.unit),
                    std::string(info.meaning));
    }
    run_.record.tables.push_back(table.done());
  }

  const Held* find(const std::string& scenario, std::string_view kpi) const {
    const auto at = std::ranges::find_if(
        held_, [&](const Held& h) { return h.scenario == scenario && h.target.kpi == kpi; });
    return at == held_.end() ? nullptr : &*at;
  }

  void summarise() {
    auto& summary = run_.record.summary;
    const auto met = std::ranges::count_if(held_, &Held::is_met);
    summary.emplace_back("seeds", static_cast<std::int64_t>(spec_.worlds.seeds));
    summary.emplace_back("targets", static_cast<std::int64_t>(held_.size()));
    summary.emplace_back("met", static_cast<std::int64_t>(met));
    std::string text = fmt::format("{} of {} targets are met.", met, held_.size());
    for (const Held& h : held_)
      if (!h.is_met())
        text += fmt::format("\nNot met: {} of {}, {:.3f}, not {:g} to {:g}.", h.target.kpi,
                            h.scenario, h.figure.mean.value, h.target.low, h.target.high);
    for (const sim::Scenario& s : task_.scenarios) {
      const Held* four = find(s.name, "cycle_4_months");
      const Held* seven = find(s.name, "cycle_7_months");
      if (four == nullptr || seven == nullptr) continue;
      const CycleLaw law = cycle_law(four->figure.mean.value, seven->figure.mean.value);
      text += fmt::format(
          "\nCycles of {}: the log-normal law of these shares has a median of {:.2f} months and a "
          "sigma of {:.2f}.",
          s.name, law.median, law.sigma);
    }
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  const StudyTask& task_;
  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<std::vector<double>> kpis_;  // by scenario: seeds × kpi_list()
  std::vector<Held> held_;
  StudyRun run_;
};

}  // namespace

StudyRun run_calibration(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("calibration");
  return Study(task, journal, progress).run();
}

}  // namespace rolecall
