#include "sim/measures/survival.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>

#include "core/portable_math.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

SurvivalCurve::SurvivalCurve(std::span<const Spell> spells) : follow_up_(nan) {
  std::vector<Spell> sorted(spells.begin(), spells.end());
  std::ranges::sort(sorted, {}, &Spell::duration);
  if (!sorted.empty()) follow_up_ = sorted.back().duration;
  // Factors of steps without a censored spell between them cancel: n_i − d_i is n_i+1. Leaving them
  // out rounds once, and gives the share itself where nothing is censored.
  double before = 1;
  std::size_t base = sorted.size();
  Step step;
  for (std::size_t first = 0, next = 0; first < sorted.size(); first = next) {
    step.time = sorted[first].duration;
    assert(step.time >= 0 && std::isfinite(step.time));
    step.at_risk = sorted.size() - first;
    step.closed = 0;
    for (; next < sorted.size() && sorted[next].duration == step.time; ++next)
      step.closed += sorted[next].closed ? 1 : 0;
    const std::size_t left = step.at_risk - step.closed;
    if (step.closed > 0) {
      step.survival = before * (static_cast<double>(left) / static_cast<double>(base));
      step.greenwood += left == 0
                            ? infinity
                            : static_cast<double>(step.closed) /
                                  (static_cast<double>(step.at_risk) * static_cast<double>(left));
      steps_.push_back(step);
    }
    if (next - first > step.closed) {
      before = step.survival;
      base = sorted.size() - next;
    }
  }
}

Interval SurvivalCurve::beyond(double t, double confidence) const {
  return interval(steps_before(t, true), confidence);
}

Interval SurvivalCurve::reaching(double t, double confidence) const {
  return interval(steps_before(t, false), confidence);
}

double SurvivalCurve::standard_error(double t) const {
  const std::size_t steps = steps_before(t, true);
  if (steps == 0) return std::isnan(follow_up_) ? nan : 0;
  const Step& step = steps_[steps - 1];
  return step.survival * std::sqrt(step.greenwood);  // 0 · ∞ is NaN
}

double SurvivalCurve::quantile(double p) const {
  assert(p > 0 && p < 1);
  if (std::isnan(follow_up_)) return nan;
  // Products of fractions round: 1 − p is met by what differs in the last places.
  const double low_enough = (1 - p) * (1 + 1e-12);
  const auto at =
      std::ranges::find_if(steps_, [&](const Step& s) { return s.survival <= low_enough; });
  return at == steps_.end() ? infinity : at->time;
}

std::size_t SurvivalCurve::steps_before(double t, bool inclusive) const {
  const auto at = inclusive ? std::ranges::upper_bound(steps_, t, {}, &Step::time)
                            : std::ranges::lower_bound(steps_, t, {}, &Step::time);
  return static_cast<std::size_t>(at - steps_.begin());
}

double SurvivalCurve::level(std::size_t steps) const {
  if (steps == 0) return std::isnan(follow_up_) ? nan : 1;
  return steps_[steps - 1].survival;
}

Interval SurvivalCurve::interval(std::size_t steps, double confidence) const {
  assert(confidence > 0 && confidence < 1);
  const double s = level(steps);
  if (!(s > 0 && s < 1)) return {s, nan, nan};
  const double z = normal_quantile(.5 + confidence / 2);
  // The standard error of log(−log S) is √greenwood / |log S|.
  const double spread = z * std::sqrt(steps_[steps - 1].greenwood) / -portable_log(s);
  return {s, portable_pow(s, portable_exp(spread)), portable_pow(s, portable_exp(-spread))};
}

double share_of_ends(std::span<const Spell> spells, std::span<const std::uint8_t> that_way) {
  assert(spells.size() == that_way.size());
  const SurvivalCurve curve(spells);
  std::map<double, double> ends;  // that way, by duration
  for (std::size_t i = 0; i < spells.size(); ++i)
    if (spells[i].closed && that_way[i] != 0) ++ends[spells[i].duration];
  double before = 1, chosen = 0, all = 0;
  for (const SurvivalCurve::Step& step : curve.steps()) {
    const double each = before / static_cast<double>(step.at_risk);
    all += each * static_cast<double>(step.closed);
    if (const auto at = ends.find(step.time); at != ends.end()) chosen += each * at->second;
    before = step.survival;
  }
  return all > 0 ? chosen / all : nan;
}

}  // namespace rolecall::sim
