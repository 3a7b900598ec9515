#include "experiments/logistic_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "core/profile.hpp"
#include "experiments/logistic_regression.hpp"
#include "experiments/ranked_groups.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t fewest_trees = 20;
using Family = CandidateJudge::Family;

class WeightFit {
 public:
  WeightFit(CandidateJudge& judge, const SearchSpace& space, const Point& point, std::size_t part,
            const StudySpec::Search& how, const StudySpec::Constraints& constraints)
      : judge_(judge),
        space_(space),
        groups_(judge.part(part)),
        how_(how),
        constraints_(constraints) {
    result_.point = point;
    result_.share.assign(space.dimensions(), nan);
    result_.share_error.assign(space.dimensions(), nan);
    won_ = judge.won_of(groups_);
    tree_ = judge.tree_of(groups_);
    // Errors from few clusters are worse than none; then groups stand for themselves.
    if (const ResamplingUnits units = units_of(tree_); units.count < fewest_trees) {
      std::iota(tree_.begin(), tree_.end(), 0u);
      few_trees_ = fmt::format(
          "errors take groups for independent, as there are only {} account "
          "trees; they may be too small.",
          units.count);
    }
  }

  FittedWeights run() {
    const bool both = space_.varies_roles() && space_.varies_activities();
    for (int turn = 0; turn < (both ? 3 : 1); ++turn) {
      result_.warnings.clear();
      if (space_.varies_roles()) fit(Family::roles);
      if (space_.varies_activities()) fit(Family::activities);
    }
    if (!space_.varies_roles() && !space_.varies_activities()) fit_whole();
    if (!few_trees_.empty()) result_.warnings.push_back(few_trees_);
    result_.point = space_.constrained(std::move(result_.point));
    return std::move(result_);
  }

 private:
  std::vector<double> of_part(const std::vector<double>& column) const {
    std::vector<double> picked;
    picked.reserve(groups_.size());
    for (const std::size_t g : groups_) picked.push_back(column[g]);
    return picked;
  }

  void fit(Family family) {
    const auto all = judge_.linear_columns(result_.point, family);
    std::vector<std::size_t> parameters;
    std::vector<std::vector<double>> columns;
    for (std::size_t i = 0; i < all.column.size(); ++i) {
      if (all.column[i].empty()) continue;
      parameters.push_back(i);
      columns.push_back(of_part(all.column[i]));
    }
    const bool has_rest = !all.rest.empty();
    if (has_rest) columns.push_back(of_part(all.rest));
    LogisticOptions options{.ridge = how_.ridge * static_cast<double>(groups_.size()),
                            .non_negative = how_.non_negative,
                            .errors = ClusterErrors::jackknife};
    for (const auto& chain : constraints_.ordered)
      for (std::size_t k = 0; k + 1 < chain.size(); ++k)
        if (const auto a = place(parameters, chain[k]), b = place(parameters, chain[k + 1]);
            a < parameters.size() && b < parameters.size())
          options.ordered.emplace_back(a, b);
    const Phase phase("logistic regression");
    const LogisticFit found = fit_logistic(
        std::vector<std::span<const double>>(columns.begin(), columns.end()), won_, tree_, options);
    result_.warnings.insert(result_.warnings.end(), found.warnings.begin(), found.warnings.end());
    result_.log_likelihood = found.log_likelihood;
    keep(found, parameters, has_rest);
  }

  void fit_whole() {
    const std::vector<double> score = of_part(judge_.scores(result_.point));
    result_.log_likelihood =
        fit_logistic(std::vector<std::span<const double>>{score}, won_, tree_, {}).log_likelihood;
  }

  std::size_t place(const std::vector<std::size_t>& parameters, const std::string& path) const {
    const auto found = std::ranges::find_if(
        parameters, [&](std::size_t i) { return space_.parameters()[i].name == path; });
    return static_cast<std::size_t>(found - parameters.begin());
  }

  void keep(const LogisticFit& found, const std::vector<std::size_t>& parameters, bool has_rest) {
    const ShareEstimate shares = shares_of(found);
    double scale = has_rest ? found.coefficient.back() : 0;
    if (!(scale > 0)) {
      double largest = 0, top = 0;
      for (std::size_t k = 0; k < parameters.size(); ++k)
        if (std::abs(found.coefficient[k]) > largest) {
          largest = std::abs(found.coefficient[k]);
          const SpaceEntry& domain = space_.parameters()[parameters[k]].domain;
          top = domain.is_range() ? domain.high : *std::ranges::max_element(domain.values);
        }
      scale = largest > 0 && top > 0 ? largest / top : 1;
    }
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const Parameter& p = space_.parameters()[parameters[k]];
      result_.point[parameters[k]] = p.at(p.unit_of(found.coefficient[k] / scale));
      result_.share[parameters[k]] = shares.share[k];
      result_.share_error[parameters[k]] = shares.standard_error[k];
    }
  }

  CandidateJudge& judge_;
  const SearchSpace& space_;
  const std::vector<std::size_t>& groups_;
  const StudySpec::Search& how_;
  const StudySpec::Constraints& constraints_;
  std::vector<std::uint8_t> won_;
  std::vector<std::uint32_t> tree_;
  std::string few_trees_;
  FittedWeights result_;
};

}  // namespace

FittedWeights fit_weights(CandidateJudge& judge, const SearchSpace& space, const Point& point,
                          std::size_t part, const StudySpec::Search& how,
                          const StudySpec::Constraints& constraints) {
  return WeightFit(judge, space, point, part, how, constraints).run();
}

}  // namespace rolecall
