#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rolecall {

// How the errors of coefficients allow for dependence within clusters.
enum class ClusterErrors : std::uint8_t {
  sandwich,  // B⁻¹ M B⁻¹ · G/(G − 1): Liang & Zeger 1986, doi:10.1093/biomet/73.1.13
  jackknife,  // (G − 1)/G · Σ Δ Δᵀ, Δ = (B − B_c)⁻¹ s_c, the step that leaving cluster c out makes.
              // Where few clusters carry much of the information the sandwich is too small, and
              // this is not: MacKinnon, Nielsen & Webb 2023, doi:10.1002/jae.2969 (CV3). Takes a
              // solution of p equations for each cluster.
};

struct LogisticOptions {
  // Weight of the penalty ridge/2 · Σ_j (coefficient_j · sd_j)², taken off the log likelihood,
  // which is a sum over rows (scikit-learn's C is 1 / ridge on standardised columns). 0 or more, in
  // rows: about that many rows of prior opinion that columns do not matter. The intercept goes
  // free.
  double ridge = 0;
  bool non_negative = false;  // every coefficient is 0 or more
  // Pairs (i, j) of columns with coefficient_i >= coefficient_j: monotone bands. An order through a
  // constant column, of which nothing can be learned, goes on between its neighbours.
  std::vector<std::pair<std::size_t, std::size_t>> ordered = {};
  ClusterErrors errors = ClusterErrors::sandwich;
  int max_iterations = 100;
  // Stops after a step that promises, to first order, at most this much penalised log likelihood
  // [nat]. That step is taken too, and squares what is left of the error.
  double tolerance = 1e-10;
};

struct LogisticFit {
  double intercept = 0;
  std::vector<double> coefficient;  // change of the log odds per unit of a column as given
  // Of the coefficients, p × p, row-major, as options.errors says, with B the observed information
  // and penalty, s_c = Σ (y − p) x over the rows of a cluster, M = Σ_c s_c s_cᵀ and B_c the
  // information of a cluster; the intercept included. It takes the constraints that hold for given:
  // coefficients at 0 have rows and columns of 0, and coefficients held equal have those of their
  // common value. NaN with fewer than two clusters.
  std::vector<double> covariance;
  std::vector<bool> at_bound;  // held by a constraint: at 0, or equal to another
  std::vector<bool> constant;  // the column does not vary: coefficient 0, covariance 0
  bool converged = false;
  int iterations = 0;
  double log_likelihood = 0;          // of the fit, without the penalty [nat]
  std::vector<std::string> warnings;  // e.g. of separation; empty when all is well
};

// The likeliest log odds of winning, intercept + Σ coefficient_j · column_j, under the options.
// `columns`: p of n finite values each; `won`: n; `cluster`: n ids of what is independent of the
// rest, such as account trees; `weight`: how often each row occurs, n, or empty for once each. A
// row of weight k is k rows of one cluster.
//
// Newton's method with step halving, in which each step is the exact solution of a quadratic
// program under the constraints. When outcomes are separated by the columns there is no likeliest
// fit (Albert & Anderson 1984, doi:10.1093/biomet/71.1.1): unless ridge > 0, it stops where the
// odds run away, not converged, and warns. The same bits for any number of threads. Time is about n
// · p², some 10 times over; memory 24 bytes a row beside the columns.
LogisticFit fit_logistic(std::span<const std::span<const double>> columns,
                         std::span<const std::uint8_t> won, std::span<const std::uint32_t> cluster,
                         const LogisticOptions& options,
                         std::span<const std::uint32_t> weight = {});

struct ShareEstimate {
  std::vector<double> share;           // coefficient_i / Σ coefficients; NaN when that is 0
  std::vector<double> standard_error;  // by the delta method, from the fit's covariance
};

// Of the fit's sum of coefficients, each one's part: relative weights of non-negative coefficients.
// With S = Σ b, the derivative of b_i / S by b_j is ([i = j] − share_i) / S.
ShareEstimate shares_of(const LogisticFit& fit);

}  // namespace rolecall
