#pragma once

#include <span>
#include <vector>

namespace rolecall::sim {

// How often groups of one size buy.
struct SizeShare {
  double size = 1;    // people, 1 … 300
  double share = 0;   // that buy, in [0, 1]
  double weight = 1;  // 0 or more: purchases behind the share, or 1 for all alike
};

// Everyone beyond the first may veto, each by chance and on their own: of groups of n people
//
//   p(n) = base·(1 − veto)^(n − 1)
//
// buy. As p(n + 1)/p(n) = 1 − veto ≤ 1, the curve never rises. So where shares rise from one size
// to a larger one by d, their residuals differ by d or more whatever the parameters, and Σ
// weight·residual² is at least d²·v·w/(v + w) for the weights v and w of the two.
struct VetoFit {
  double base = 0;                // in [0, 1]
  double veto = 0;                // [1/person], in [0, 1]
  std::vector<double> residuals;  // share − p(size), by point
  double rmse = 0;                // √(Σ weight·residual²/Σ weight)
};

double veto_curve(double base, double veto, double size);

// The least Σ weight·residual². For a given veto the best base is Σ w·x·y/Σ w·x², with x =
// (1 − veto)^(n − 1), cut to [0, 1]; the veto is found by golden section (Kiefer 1953,
// doi:10.1090/S0002-9939-1953-0055639-3) around the best of an even grid, as the sum may have more
// than one valley. NaN when fewer than two sizes have weight: they leave the two open.
VetoFit fit_veto(std::span<const SizeShare> points);

}  // namespace rolecall::sim
