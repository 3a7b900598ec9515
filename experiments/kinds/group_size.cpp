#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "sim/measures/replicates.hpp"
#include "sim/measures/veto.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/simulation.hpp"

namespace rolecall {
namespace {

// Shares of groups that buy, by size: targets of the domain, from a survey of buyers.
constexpr std::array<sim::SizeShare, 4> published{{{1, .81}, {2, .55}, {3, .60}, {6, .31}}};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// What is kept of a run. A row of the journal.
struct Decisions {
  double won = 0, lost = 0;  // deals whose buyers decided
  double people = 0;         // in a purchase, mean

  static constexpr std::size_t width = 3;
  double share() const { return won + lost > 0 ? won / (won + lost) : nan; }
};

// The same scenario where so many people, each of a role of their own, make up every group.
sim::Scenario with_groups_of(sim::Scenario scenario, std::size_t size) {
  WorldSpec::Role role = scenario.world.roles.front();
  role.missing = 0;
  role.members = 1;
  role.from = scenario.world.personas.front().name;
  role.to = scenario.world.personas.back().name;
  role.department = "any";
  scenario.world.roles.clear();
  for (std::size_t i = 1; i <= size; ++i) {
    role.name = fmt::format("Buyer {}", i);
    scenario.world.roles.push_back(role);
  }
  return scenario;
}

Decisions decisions_of(const sim::Scenario& scenario, std::uint64_t seed) {
  sim::Simulation simulation(scenario, seed);
  while (simulation.done() < simulation.days()) simulation.step();
  const sim::RunResult result = simulation.result();
  Decisions decisions;
  decisions.people = result.kpis[kpi_index("involved")];
  const StudyTable& deals = *std::ranges::find(result.tables, "deals", &StudyTable::name);
  const auto& outcome = std::get<TextColumn>(deals.column("outcome")->values);
  const auto& reason = std::get<TextColumn>(deals.column("reason")->values);
  for (std::size_t d = 0; d < outcome.size(); ++d) {
    decisions.won += outcome[d] == "won";
    decisions.lost += reason[d] == "veto" || reason[d] == "competitor";
  }
  return decisions;
}

class Study {
 public:
  Study(StudyTask& task, StudyJournal& journal, Progress& progress)
      : spec_(task.spec), journal_(journal), progress_(progress) {
    if (task.scenarios.size() != 1)
      throw InputError({.field = "simulation.scenarios",
                        .value = fmt::format("{}", fmt::join(spec_.simulation.scenarios, ", ")),
                        .what = "a group-size study is of one scenario",
                        .remedy = "Name one."});
    if (spec_.worlds.vary.empty())
      throw InputError({.field = "worlds.vary",
                        .what = "no veto rate is to be tried",
                        .remedy = "Write vary = [\"deal.veto\", \"deal.veto_unknown\"] and list "
                                  "some values."});
    sim::Scenario plain = task.scenarios.front();
    plain.arms.clear();
    for (const double veto : spec_.worlds.values) {
      std::vector<std::string> set;
      for (std::size_t i = 0; i < spec_.worlds.vary.size(); ++i)
        set.push_back(
            fmt::format("{} = {}", spec_.worlds.vary[i],
                        veto * (spec_.worlds.factors.empty() ? 1 : spec_.worlds.factors[i])));
      scenarios_.push_back(sim::with(plain, set));
    }
  }

  StudyRun run() {
    simulate();
    describe_fit();
    describe_shares();
    describe_vetoes();
    summarise();
    return std::move(run_);
  }

 private:
  // Of one veto rate and size, over seeds.
  struct Cell {
    sim::ReplicatedFigure share;
    double decided = 0, people = 0;
  };

  const Cell& cell(std::size_t veto, std::size_t size) const {
    return cells_[veto * published.size() + size];
  }

  void simulate() {
    const Phase phase("simulations");
    const std::size_t seeds = spec_.worlds.seeds;
    progress_.begin("simulate", seeds * scenarios_.size() * published.size(), "runs");
    for (std::size_t v = 0; v < scenarios_.size(); ++v)
      for (const sim::SizeShare& point : published) {
        const auto size = static_cast<std::size_t>(point.size);
        const sim::Scenario scenario = with_groups_of(scenarios_[v], size);
        const std::vector<double> rows = journal_.rows(
            fmt::format("veto {} of {}", v + 1, size), Decisions::width, 0, seeds,
            [&](std::size_t begin, std::size_t end) {
              std::vector<double> figures((end - begin) * Decisions::width);
              parallel::for_each(end - begin, [&](std::size_t k) {
                const Decisions d = decisions_of(scenario, spec_.world.seed + begin + k);
                std::ranges::copy(
                    std::array{d.won, d.lost, d.people},
                    figures.begin() + static_cast<std::ptrdiff_t>(k * Decisions::width));
              });
              return figures;
            });
        Cell& one = cells_.emplace_back();
        std::vector<double> shares;
        for (std::size_t i = 0; i < seeds; ++i) {
          const double* row = rows.data() + i * Decisions::width;
          const Decisions d{row[0], row[1], row[2]};
          shares.push_back(d.share());
          one.decided += d.won + d.lost;
          one.people += d.people / static_cast<double>(seeds);
        }
        one.share = sim::over_replicates(shares, spec_.bootstrap.confidence);
        progress_.advance(seeds);
      }
    progress_.end();
  }

  // As simulated under a veto rate; a size without a decision has no weight.
  std::vector<sim::SizeShare> curve(std::size_t veto) const {
    std::vector<sim::SizeShare> points;
    for (std::size_t k = 0; k < published.size(); ++k) {
      const double share = cell(veto, k).share.mean.value;
      points.push_back(
          {published[k].size, std::isnan(share) ? 0 : share, std::isnan(share) ? 0. : 1.});
    }
    return points;
  }

  // √ of the mean square of what is published less what is simulated; NaN where a size has none.
  double rmse(std::size_t veto) const {
    double sum = 0;
    for (std::size_t k = 0; k < published.size(); ++k) {
      const double off = published[k].share - cell(veto, k).share.mean.value;
      sum += off * off;
    }
    return std::sqrt(sum / static_cast<double>(published.size()));
  }

  std::size_t best() const {
    std::size_t least = 0;
    for (std::size_t v = 1; v < scenarios_.size(); ++v)
      if (std::isnan(rmse(least)) || rmse(v) < rmse(least)) least = v;
    return least;
  }

  void describe_fit() {
    fit_ = sim::fit_veto(published);
    std::vector<double> size, share, fitted;
    for (const sim::SizeShare& point : published) {
      size.push_back(point.size);
      share.push_back(point.share);
      fitted.push_back(sim::veto_curve(fit_.base, fit_.veto, point.size));
    }
    run_.shown.emplace_back(
        fmt::format("base·(1 − veto)^(n − 1), fitted: base {:.3f}, veto {:.3f}, RMSE {:.3f}",
                    fit_.base, fit_.veto, fit_.rmse),
        std::vector<TableColumn>{{"size", placed(size, "{:g}")},
                                 {"published", placed(share, "{:.2f}")},
                                 {"fitted", placed(fitted, "{:.3f}")},
                                 {"residual", placed(fit_.residuals, "{:+.3f}")}});
    run_.record.tables.push_back(
        TableBuilder("fit", "the curve of vetoes by everyone beyond the first, fitted")
            .numbers("size", std::move(size), "people", "of the group")
            .numbers("published", std::move(share), "", "share that buys")
            .numbers("fitted", std::move(fitted), "", "")
            .numbers("residual", fit_.residuals, "", "published less fitted")
            .done());
  }

  void describe_shares() {
    std::vector<double> veto, size, share, residual, people;
    std::vector<Interval> simulated;
    std::vector<std::int64_t> decided;
    TextColumn shown_size, shown, off;
    std::vector<double> shown_share;
    for (std::size_t v = 0; v < scenarios_.size(); ++v)
      for (std::size_t k = 0; k < published.size(); ++k) {
        const Cell& one = cell(v, k);
        veto.push_back(spec_.worlds.values[v]);
        size.push_back(published[k].size);
        share.push_back(published[k].share);
        simulated.push_back(one.share.mean);
        residual.push_back(share.back() - one.share.mean.value);
        decided.push_back(static_cast<std::int64_t>(one.decided));
        people.push_back(one.people);
        if (v != best()) continue;
        shown_size.push_back(fmt::format("{:g}", published[k].size));
        shown_share.push_back(published[k].share);
        shown.push_back(plain_interval(one.share.mean));
        off.push_back(fmt::format("{:+.3f}", residual.back()));
      }
    run_.shown.emplace_back(fmt::format("Simulated at the best rate tried, {:g}; RMSE {:.3f}",
                                        spec_.worlds.values[best()], rmse(best())),
                            std::vector<TableColumn>{{"size", std::move(shown_size)},
                                                     {"published", placed(shown_share, "{:.2f}")},
                                                     {"simulated", std::move(shown)},
                                                     {"residual", std::move(off)}});
    run_.record.tables.push_back(
        TableBuilder("shares", "every veto rate with groups of every size")
            .numbers("veto", std::move(veto), "", "what worlds.vary is set to")
            .numbers("size", std::move(size), "people", "of every group")
            .numbers("published", std::move(share), "", "share that buys")
            .intervals("simulated", simulated, "",
                       "won, of the deals whose buyers decided: mean over seeds")
            .numbers("residual", std::move(residual), "", "published less simulated")
            .counts("decided", std::move(decided), "deals", "over all seeds")
            .numbers("people", std::move(people), "people",
                     "in a purchase, mean: below the size where people left or accounts are small")
            .done());
  }

  void describe_vetoes() {
    std::vector<double> veto = spec_.worlds.values, off, base, again;
    for (std::size_t v = 0; v < scenarios_.size(); ++v) {
      const sim::VetoFit fit = sim::fit_veto(curve(v));
      off.push_back(rmse(v));
      base.push_back(fit.base);
      again.push_back(fit.veto);
    }
    run_.shown.emplace_back("Rates tried, and the curve fitted to what was simulated under each",
                            std::vector<TableColumn>{{"veto", placed(veto, "{:g}")},
                                                     {"rmse", placed(off, "{:.3f}")},
                                                     {"base again", placed(base, "{:.3f}")},
                                                     {"veto again", placed(again, "{:.3f}")}});
    run_.record.tables.push_back(
        TableBuilder("vetoes", "the veto rates that were tried")
            .numbers("veto", std::move(veto), "", "what worlds.vary is set to")
            .numbers("rmse", std::move(off), "",
                     "root of the mean square of published less simulated")
            .numbers("fitted_base", std::move(base), "", "of the curve fitted to the simulation")
            .numbers("fitted_veto", std::move(again), "1/person", "likewise")
            .done());
  }

  void summarise() {
    // The largest rise from one size to the next: no curve that never rises comes nearer.
    double rise = 0;
    std::size_t at = 0;
    for (std::size_t k = 1; k < published.size(); ++k)
      if (published[k].share - published[k - 1].share > rise) {
        rise = published[k].share - published[k - 1].share;
        at = k;
      }
    const double least = std::sqrt(rise * rise / 2 / static_cast<double>(published.size()));
    auto& summary = run_.record.summary;
    summary.emplace_back("seeds", static_cast<std::int64_t>(spec_.worlds.seeds));
    summary.emplace_back("fitted_base", fit_.base);
    summary.emplace_back("fitted_veto", fit_.veto);
    summary.emplace_back("fitted_rmse", fit_.rmse);
    summary.emplace_back("best_veto", spec_.worlds.values[best()]);
    summary.emplace_back("best_rmse", rmse(best()));
    summary.emplace_back("least_rmse", least);
    const std::string text = fmt::format(
        "A veto by {:.1f} % of those beyond the first fits best, with an RMSE of {:.3f}; "
        "simulated, "
        "the best rate tried is {:g} %, with {:.3f}.\nNo veto rate meets the published shares: "
        "they "
        "rise by {:.2f} from {:g} people to {:g}, and no such curve rises. Residuals of the two "
        "differ by as much whatever the rate, and the RMSE is {:.3f} at least.",
        100 * fit_.veto, fit_.rmse, 100 * spec_.worlds.values[best()], rmse(best()), rise,
        published[at - 1].size, published[at].size, least);
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  std::vector<sim::Scenario> scenarios_;  // by veto rate
  std::vector<Cell> cells_;               // veto rates × sizes
  sim::VetoFit fit_;
  StudyRun run_;
};

}  // namespace

double simulations_of_a_seed(const StudySpec& spec) {
  if (spec.kind != "group-size") return 1;
  return static_cast<double>(spec.worlds.values.size() * published.size());
}

StudyRun run_group_size(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("group-size");
  return Study(task, journal, progress).run();
}

}  // namespace rolecall
