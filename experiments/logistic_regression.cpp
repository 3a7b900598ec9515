#include "experiments/logistic_regression.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "experiments/logistic_sums.hpp"

namespace rolecall {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

std::span<const double> view(const Vector& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}

// Lower triangle, row-major, to a whole symmetric matrix.
Matrix symmetric(const std::vector<double>& lower, Eigen::Index width) {
  const Matrix upper = Eigen::Map<const Matrix>(lower.data(), width, width);
  return upper.selfadjointView<Eigen::Upper>();
}

// coefficient_first >= coefficient_second of columns as given, or >= 0.
struct Constraint {
  static constexpr std::size_t zero = std::numeric_limits<std::size_t>::max();
  std::size_t first;
  std::size_t second = zero;
};

// The options' constraints on columns that vary. Those that do not are taken out of the order, and
// what came before them is put before what came after.
std::vector<Constraint> constraints_of(const LogisticOptions& options,
                                       const std::vector<bool>& constant) {
  auto ordered = options.ordered;
  for (std::size_t k = 0; k < constant.size(); ++k) {
    if (!constant[k]) continue;
    std::vector<std::size_t> before, after;
    for (const auto& [i, j] : ordered) {
      if (j == k && i != k) before.push_back(i);
      if (i == k && j != k) after.push_back(j);
    }
    std::erase_if(ordered, [k](const auto& pair) { return pair.first == k || pair.second == k; });
    for (const std::size_t i : before)
      for (const std::size_t j : after) ordered.emplace_back(i, j);
  }
  std::vector<Constraint> out;
  for (const auto& [i, j] : ordered)
    if (i != j) out.push_back({i, j});
  for (std::size_t j = 0; options.non_negative && j < constant.size(); ++j)
    if (!constant[j]) out.push_back({j});
  return out;
}

// One row of unit length for each constraint, so that rows · coefficients >= 0 on standardised
// columns.
Matrix rows_of(const std::vector<Constraint>& constraints, const LogisticSums& sums) {
  Matrix rows = Matrix::Zero(static_cast<Eigen::Index>(constraints.size()),
                             static_cast<Eigen::Index>(sums.width()));
  for (std::size_t c = 0; c < constraints.size(); ++c) {
    auto row = rows.row(static_cast<Eigen::Index>(c));
    const auto set = [&](std::size_t column, double sign) {
      row(static_cast<Eigen::Index>(column + 1)) = sign / sums.deviation(column + 1);
    };
    set(constraints[c].first, 1);
    if (constraints[c].second != Constraint::zero) set(constraints[c].second, -1);
    row.normalize();
  }
  return rows;
}

struct Step {
  Vector change;
  std::vector<Eigen::Index> active;  // constraints that hold the step
};

// The step d that maximises gᵀd − ½ dᵀHd with rows · (at + d) >= 0: the dual method of Goldfarb &
// Idnani 1983, doi:10.1007/BF02591962. It starts from the free maximum and takes in one violated
// constraint after another, dropping those whose multiplier would turn negative. All goes on in the
// space of the constraints: G = rows · H⁻¹ · rowsᵀ. Dependent constraints do no harm.
Step constrained_step(const Eigen::LDLT<Matrix>& information, const Vector& gradient,
                      const Matrix& rows, const Vector& at) {
  Step step{.change = information.solve(gradient), .active = {}};
  if (rows.rows() == 0) return step;
  const Matrix towards = information.solve(rows.transpose());
  const Matrix gram = rows * towards;
  const Vector free_slack = rows * (at + step.change);
  const double slip = 1e-13 * (1 + (at + step.change).cwiseAbs().maxCoeff());
  std::vector<Eigen::Index>& active = step.active;
  Vector multiplier = Vector::Zero(rows.rows());
  for (Eigen::Index budget = 100 * (rows.rows() + 1); budget > 0;) {
    Eigen::Index worst = 0;
    Vector slack = free_slack + gram * multiplier;
    for (const Eigen::Index a : active) slack(a) = 0;
    if (slack.minCoeff(&worst) >= -slip) break;
    for (; budget > 0; --budget) {
      const Vector inward = gram(active, active).ldlt().solve(gram(active, worst));
      const double rise = gram(worst, worst) - gram(worst, active).dot(inward);
      double length = std::numeric_limits<double>::infinity();
      if (rise > 1e-12 * gram(worst, worst))
        length = -(free_slack(worst) + gram.row(worst).dot(multiplier)) / rise;
      const std::size_t none = active.size();
      std::size_t dropped = none;
      for (std::size_t a = 0; a < active.size(); ++a) {
        const double inward_a = inward(static_cast<Eigen::Index>(a));
        if (inward_a <= 1e-14 || multiplier(active[a]) / inward_a >= length) continue;
        length = multiplier(active[a]) / inward_a;
        dropped = a;
      }
      if (!std::isfinite(length)) return step;  // no point is feasible: not so, 0 is
      for (std::size_t a = 0; a < active.size(); ++a)
        multiplier(active[a]) -= length * inward(static_cast<Eigen::Index>(a));
      multiplier(worst) += length;
      if (dropped == none) {
        active.push_back(worst);
        break;
      }
      multiplier(active[dropped]) = 0;
      active.erase(active.begin() + static_cast<std::ptrdiff_t>(dropped));
    }
  }
  step.change += towards * multiplier;
  return step;
}

// Rows by cluster; rows of weight 0 are in none.
struct Clusters {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;  // cluster, row
  std::vector<std::size_t> begin;                              // in `order`, and its end

  Clusters(const LogisticSums& sums, std::span<const std::uint32_t> cluster) {
    for (std::size_t i = 0; i < cluster.size(); ++i)
      if (sums.weight(i) > 0) order.emplace_back(cluster[i], static_cast<std::uint32_t>(i));
    std::ranges::sort(order);
    for (std::size_t i = 0; i < order.size(); ++i)
      if (i == 0 || order[i].first != order[i - 1].first) begin.push_back(i);
    begin.push_back(order.size());
  }
  std::size_t size() const { return begin.size() - 1; }
};

// Σ over clusters of the squares of their steps, in the free directions. A cluster's step is B⁻¹ s
// with s = Σ (y − p) z over its rows; with `leaves_out`, of B less the cluster's own information,
// where enough is left to solve it.
Matrix sum_of_steps(const LogisticSums& sums, const Clusters& clusters,
                    std::span<const double> log_odds, const Matrix& directions, const Matrix& bread,
                    bool leaves_out) {
  constexpr std::size_t grain = 256;
  const Eigen::LDLT<Matrix> solver = bread.ldlt();
  const double least = 1e-9 * solver.vectorD().maxCoeff();
  std::vector<Matrix> by_block(parallel::block_count(clusters.size(), grain));
  parallel::for_blocks(clusters.size(), grain, [&](std::size_t first, std::size_t last) {
    std::vector<double> z(sums.width());
    Matrix sum = Matrix::Zero(bread.rows(), bread.cols());
    for (std::size_t c = first; c < last; ++c) {
      Vector score = Vector::Zero(bread.rows());
      Matrix rest = bread;
      for (std::size_t i = clusters.begin[c]; i < clusters.begin[c + 1]; ++i) {
        const std::size_t row = clusters.order[i].second;
        sums.read_row(row, z);
        const Vector x = directions.transpose() *
                         Eigen::Map<const Vector>(z.data(), static_cast<Eigen::Index>(z.size()));
        const double p = logistic(log_odds[row]);
        score += sums.weight(row) * (sums.outcome(row) - p) * x;
        if (leaves_out) rest -= sums.weight(row) * p * (1 - p) * x * x.transpose();
      }
      Vector step = solver.solve(score);
      if (leaves_out)
        if (const Eigen::LDLT<Matrix> without = rest.ldlt(); without.vectorD().minCoeff() > least)
          step = without.solve(score);
      sum += step * step.transpose();
    }
    by_block[first / grain] = std::move(sum);
  });
  Matrix total = Matrix::Zero(bread.rows(), bread.cols());
  for (const Matrix& sum : by_block) total += sum;
  return total;
}

// Coefficients by what holds them: those tied to each other share a number, those tied to 0 have
// that of the last place.
std::vector<std::size_t> tied_groups(std::size_t columns, const std::vector<Constraint>& held) {
  std::vector<std::size_t> group(columns + 1);
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (const Constraint& c : held) {
    const std::size_t a = group[c.first];
    const std::size_t b = group[c.second == Constraint::zero ? columns : c.second];
    std::ranges::replace(group, std::min(a, b), std::max(a, b));  // 0 is last
  }
  return group;
}

class Fitter {
 public:
  Fitter(std::span<const std::span<const double>> columns, std::span<const std::uint8_t> won,
         std::span<const std::uint32_t> weight, const LogisticOptions& options)
      : options_(options),
        sums_(columns, won, weight),
        p_(columns.size()),
        coefficient_(Vector::Zero(static_cast<Eigen::Index>(p_ + 1))),
        log_odds_(won.size()) {
    fit_.coefficient.assign(p_, 0);
    fit_.covariance.assign(p_ * p_, 0);
    fit_.at_bound.assign(p_, false);
    fit_.constant.assign(p_, false);
    for (std::size_t j = 0; j < p_; ++j) fit_.constant[j] = sums_.deviation(j + 1) == 0;
  }

  LogisticFit run(std::span<const std::uint32_t> cluster) {
    const auto constant = std::ranges::count(fit_.constant, true);
    if (constant > 0)
      fit_.warnings.push_back(
          fmt::format("{} of {} columns do not vary; their coefficients are 0.", constant, p_));
    if (sums_.total_won() <= 0 || sums_.total_won() >= sums_.total()) {
      fit_.warnings.emplace_back("all rows ended alike, so there is nothing to fit.");
      return std::move(fit_);
    }
    climb();
    settle();
    estimate_covariance(cluster);
    return std::move(fit_);
  }

 private:
  // Negative second derivatives of what is maximised. The last term moves no fit that is
  // determined; among fits that are equally good, it takes the step to the nearest.
  Matrix curvature(const LogisticSums::Derivatives& derivatives) const {
    Matrix h = symmetric(derivatives.information, coefficient_.size());
    const double flat = 1e-12 * h.diagonal().maxCoeff();
    for (Eigen::Index j = 0; j < h.rows(); ++j) h(j, j) += (j > 0 ? options_.ridge : 0) + flat;
    return h;
  }

  double penalty(const Vector& c) const {
    return options_.ridge / 2 * c.tail(c.size() - 1).squaredNorm();
  }

  void climb() {
    constraints_ = constraints_of(options_, fit_.constant);
    const Matrix rows = rows_of(constraints_, sums_);
    coefficient_(0) = std::log(sums_.total_won() / (sums_.total() - sums_.total_won()));
    sums_.predict(view(coefficient_), log_odds_);
    std::vector<double> change(sums_.rows());
    double height = sums_.log_likelihood(log_odds_, change, 0);
    while (!fit_.converged && fit_.iterations < options_.max_iterations) {
      ++fit_.iterations;
      const auto derivatives = sums_.differentiate(log_odds_);
      Vector gradient = Eigen::Map<const Vector>(derivatives.gradient.data(), coefficient_.size());
      gradient.tail(gradient.size() - 1) -= options_.ridge * coefficient_.tail(gradient.size() - 1);
      const Step step =
          constrained_step(curvature(derivatives).ldlt(), gradient, rows, coefficient_);
      const double promise = gradient.dot(step.change);
      sums_.predict(view(step.change), change);
      // Near the top Newton's steps are short, unless the top is at infinity: there each adds about
      // 1 to the log odds of the separated rows while the likelihood has next to nothing to gain.
      double reach = 0;
      for (std::size_t i = 0; i < change.size(); ++i)
        if (sums_.weight(i) > 0) reach = std::max(reach, std::abs(change[i]));
      if (options_.ridge == 0 && promise < 1e-6 && reach > .5) {
        fit_.warnings.emplace_back(
            "the columns separate won rows from lost ones, so that coefficients grow without end; "
            "a ridge above 0 bounds them.");
        return;
      }
      fit_.converged = promise <= options_.tolerance;
      double length = 1;
      double next = 0;
      for (;; length /= 2) {
        next = sums_.log_likelihood(log_odds_, change, length) -
               penalty(coefficient_ + length * step.change);
        if (fit_.converged || next >= height + 1e-4 * length * promise) break;
        if (length > 1e-9) continue;
        // Rounding hides what is left to gain.
        fit_.converged = promise <= 1e-9 * (1 + std::abs(height));
        if (fit_.converged) break;
        fit_.warnings.emplace_back("no step improves the likelihood, which is too flat to fit.");
        return;
      }
      height = next;
      coefficient_ += length * step.change;
      for (std::size_t i = 0; i < change.size(); ++i) log_odds_[i] += length * change[i];
      const double slip = 1e-9 * (1 + coefficient_.cwiseAbs().maxCoeff());
      held_.clear();
      for (const Eigen::Index a : step.active)
        if (std::abs(rows.row(a).dot(coefficient_)) <= slip)
          held_.push_back(constraints_[static_cast<std::size_t>(a)]);
    }
    if (!fit_.converged)
      fit_.warnings.push_back(
          fmt::format("no convergence in {} iterations.", options_.max_iterations));
  }

  // Reports the coefficients of columns as given, in which what is held equal is so to the last
  // bit.
  void settle() {
    group_ = tied_groups(p_, held_);
    for (std::size_t j = 0; j < p_; ++j) {
      if (fit_.constant[j]) continue;
      const auto same = static_cast<std::size_t>(std::ranges::count(group_, group_[j]));
      fit_.at_bound[j] = same > 1;
      const auto leader =
          static_cast<std::size_t>(std::ranges::find(group_, group_[j]) - group_.begin());
      const double b =
          coefficient_(static_cast<Eigen::Index>(leader + 1)) / sums_.deviation(leader + 1);
      fit_.coefficient[j] = group_[j] == p_ ? 0 : options_.non_negative ? std::max(b, 0.) : b;
    }
    fit_.intercept = coefficient_(0);
    for (std::size_t j = 0; j < p_; ++j) fit_.intercept -= fit_.coefficient[j] * sums_.mean(j + 1);
    const std::vector<double> still(sums_.rows(), 0);
    fit_.log_likelihood = sums_.log_likelihood(log_odds_, still, 0);
  }

  // From what is free, the intercept and one value for each set of equal coefficients, to all
  // standardised coefficients.
  Matrix free_directions() const {
    Matrix all = Matrix::Zero(coefficient_.size(), coefficient_.size());
    all(0, 0) = 1;
    Eigen::Index free = 1;
    for (std::size_t g = 0; g < p_; ++g) {
      bool used = false;
      for (std::size_t j = 0; j < p_; ++j) {
        if (group_[j] != g || fit_.constant[j]) continue;
        all(static_cast<Eigen::Index>(j + 1), free) = sums_.deviation(j + 1);
        used = true;
      }
      if (used) all.col(free++).normalize();
    }
    return all.leftCols(free);
  }

  void estimate_covariance(std::span<const std::uint32_t> cluster) {
    const Matrix directions = free_directions();
    const Matrix h = curvature(sums_.differentiate(log_odds_));
    const Matrix bread = directions.transpose() * h * directions;
    const Eigen::LDLT<Matrix> solver = bread.ldlt();
    if (fit_.converged && solver.vectorD().minCoeff() < 1e-9 * solver.vectorD().maxCoeff())
      fit_.warnings.emplace_back(
          "columns are nearly sums of each other, so that their coefficients are not determined.");
    const Clusters clusters(sums_, cluster);
    if (clusters.size() < static_cast<std::size_t>(directions.cols()))
      fit_.warnings.push_back(
          fmt::format("errors rest on {} clusters, fewer than the {} free "
                      "coefficients; they are too small.",
                      clusters.size(), directions.cols()));
    const bool leaves_out = options_.errors == ClusterErrors::jackknife;
    const Matrix inner = sum_of_steps(sums_, clusters, log_odds_, directions, bread, leaves_out);
    const Matrix all = directions * inner * directions.transpose();
    const auto n = static_cast<double>(clusters.size());
    const double factor = n < 2        ? std::numeric_limits<double>::quiet_NaN()
                          : leaves_out ? (n - 1) / n
                                       : n / (n - 1);
    const auto entry = [&](std::size_t j, std::size_t k) {
      return all(static_cast<Eigen::Index>(j + 1), static_cast<Eigen::Index>(k + 1));
    };
    const auto is_free = [&](std::size_t j) { return group_[j] != p_ && !fit_.constant[j]; };
    for (std::size_t j = 0; j < p_; ++j)
      for (std::size_t k = 0; k < p_; ++k)
        if (is_free(j) && is_free(k))
          fit_.covariance[j * p_ + k] = factor * (entry(j, k) + entry(k, j)) / 2 /
                                        (sums_.deviation(j + 1) * sums_.deviation(k + 1));
  }

  const LogisticOptions& options_;
  LogisticSums sums_;
  std::size_t p_;
  Vector coefficient_;  // of standardised columns, the intercept first
  std::vector<double> log_odds_;
  std::vector<Constraint> constraints_;
  std::vector<Constraint> held_;
  std::vector<std::size_t> group_;
  LogisticFit fit_;
};

}  // namespace

LogisticFit fit_logistic(std::span<const std::span<const double>> columns,
                         std::span<const std::uint8_t> won, std::span<const std::uint32_t> cluster,
                         const LogisticOptions& options, std::span<const std::uint32_t> weight) {
  assert(cluster.size() == won.size());
  assert(options.ridge >= 0 && options.tolerance > 0);
  assert(std::ranges::all_of(options.ordered, [&](const auto& pair) {
    return pair.first < columns.size() && pair.second < columns.size();
  }));
  return Fitter(columns, won, weight, options).run(cluster);
}

ShareEstimate shares_of(const LogisticFit& fit) {
  const std::size_t p = fit.coefficient.size();
  const double sum = std::accumulate(fit.coefficient.begin(), fit.coefficient.end(), 0.);
  ShareEstimate out;
  for (std::size_t i = 0; i < p; ++i) {
    const double share =
        sum != 0 ? fit.coefficient[i] / sum : std::numeric_limits<double>::quiet_NaN();
    const auto slope = [&](std::size_t j) { return ((i == j ? 1 : 0) - share) / sum; };
    double variance = 0;
    for (std::size_t j = 0; j < p; ++j)
      for (std::size_t k = 0; k < p; ++k)
        variance += slope(j) * fit.covariance[j * p + k] * slope(k);
    out.share.push_back(share);
    out.standard_error.push_back(variance >= 0          ? std::sqrt(variance)
                                 : std::isnan(variance) ? variance
                                                        : 0.);
  }
  return out;
}

}  // namespace rolecall
