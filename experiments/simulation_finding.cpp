#include "experiments/simulation_finding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "experiments/short_number.hpp"
#include "sim/measures/replicates.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/scenario.hpp"

namespace rolecall {
namespace {

std::string spread(const Interval& v) {
  if (std::isnan(v.low)) return short_number(v.value);
  return fmt::format("{} ({} … {})", short_number(v.value), short_number(v.low),
                     short_number(v.high));
}

// "won revenue per sales hour [currency/hour]"
std::string in_words(const KpiInfo& kpi) {
  std::string words(kpi.name);
  std::ranges::replace(words, '_', ' ');
  return kpi.unit.empty() ? words : fmt::format("{} [{}]", words, kpi.unit);
}

std::string replicates_text(std::size_t used, std::size_t all) {
  if (all == 1) return "in one replicate";
  return used == all ? fmt::format("mean of {} replicates", all)
                     : fmt::format("mean of {} of {} replicates", used, all);
}

struct Ranked {
  std::size_t arm = 0;
  sim::ReplicatedFigure figure;
};

std::string comparison(const SimulatedArms& of, const Ranked& best, const Ranked& other,
                       std::size_t kpi) {
  const auto more = sim::compare_arms(figures_of(of, best.arm, kpi), figures_of(of, other.arm, kpi),
                                      of.confidence);
  const Interval& difference = more.difference.mean;
  if (std::isnan(difference.value)) return "";
  if (std::isnan(difference.low))
    return fmt::format("Against {}, with the same seed, that is {} more.", of.arms[other.arm],
                       short_number(difference.value));
  return fmt::format("Against {}, seed by seed, that is {} more{}.", of.arms[other.arm],
                     spread(difference),
                     difference.low <= 0 ? ": the two are not to be told apart" : "");
}

}  // namespace

SimulationFinding finding_of(const SimulatedArms& of, std::string_view kpi) {
  const std::size_t at = kpi_index(kpi);
  const std::string words = in_words(kpi_list()[at]);
  std::vector<Ranked> ranked;  // the best first; arms that are alike in their order
  std::vector<std::string> without;
  for (std::size_t a = 0; a < of.arms.size(); ++a) {
    if (of.arms[a] == sim::oracle_arm) continue;
    const auto figure = sim::over_replicates(figures_of(of, a, at), of.confidence);
    if (std::isnan(figure.mean.value))
      without.push_back(of.arms[a]);
    else
      ranked.push_back({a, figure});
  }
  std::ranges::stable_sort(ranked, std::ranges::greater{},
                           [](const Ranked& r) { return r.figure.mean.value; });
  if (ranked.empty())
    return {of.arms.front(), sim::over_replicates(figures_of(of, 0, at), of.confidence).mean,
            fmt::format("No arm has a {} in any replicate.", words)};
  const Ranked& best = ranked.front();
  std::string text =
      fmt::format("{}: {} of {}{}, {}.", of.arms[best.arm], words, spread(best.figure.mean),
                  ranked.size() > 1 ? fmt::format(", the most of {} arms", ranked.size()) : "",
                  replicates_text(best.figure.used, of.seeds.size()));
  if (!without.empty()) text += fmt::format(" It is not defined for {}.", fmt::join(without, ", "));
  const auto first = std::ranges::find(ranked, std::size_t{0}, &Ranked::arm);
  if (ranked.size() > 1)
    if (const std::string than = comparison(
            of, best, first == ranked.begin() || first == ranked.end() ? ranked[1] : *first, at);
        !than.empty())
      text += '\n' + than;
  return {of.arms[best.arm], best.figure.mean, text};
}

}  // namespace rolecall
