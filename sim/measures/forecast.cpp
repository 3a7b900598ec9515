#include "sim/measures/forecast.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "core/portable_math.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double mean_of(const WinPrior& beta) { return beta.won / (beta.won + beta.lost); }

double variance_of(const WinPrior& beta) {
  const double n = beta.won + beta.lost;
  return beta.won * beta.lost / (n * n * (n + 1));
}

// Sums of deals that share a rate.
struct CellSum {
  double rate = 0, variance = 0, value = 0, squares = 0;
};

ExpectedRevenue expected(std::span<const CellSum> cells) {
  double mean = 0, chance = 0, shared = 0;
  for (const CellSum& c : cells) {
    mean += c.rate * c.value;
    chance += c.rate * (1 - c.rate) * c.squares;
    // At least 0, for a sum of values of one sign; a single deal leaves what rounding does.
    shared += c.variance * std::max(0., c.value * c.value - c.squares);
  }
  return {mean, std::sqrt(chance), std::sqrt(chance + shared)};
}

}  // namespace

WinRates::WinRates(std::span<const DealOnDay> closed, std::size_t stages,
                   std::vector<double> age_edges, WinPrior prior)
    : age_edges_(std::move(age_edges)), beta_(stages * (age_edges_.size() + 1), prior) {
  assert(prior.won > 0 && prior.lost > 0 && std::ranges::is_sorted(age_edges_));
  for (const DealOnDay& deal : closed) {
    if (!deal.won) continue;
    WinPrior& beta = beta_[cell(deal.stage, deal.age)];
    (*deal.won ? beta.won : beta.lost) += 1;
  }
}

double WinRates::rate(std::size_t stage, double age) const {
  return mean_of(beta_[cell(stage, age)]);
}

double WinRates::variance(std::size_t stage, double age) const {
  return variance_of(beta_[cell(stage, age)]);
}

std::size_t WinRates::cell(std::size_t stage, double age) const {
  const auto band = std::ranges::upper_bound(age_edges_, age) - age_edges_.begin();
  const std::size_t at = stage * (age_edges_.size() + 1) + static_cast<std::size_t>(band);
  assert(at < beta_.size());
  return at;
}

Forecast forecast(const WinRates& rates, std::span<const DealOnDay> open) {
  Forecast day{.deals = open.size()};
  std::vector<CellSum> all(rates.cells()), decided(rates.cells());
  const auto add = [&](CellSum& sum, const DealOnDay& deal) {
    sum.rate = rates.rate(deal.stage, deal.age);
    sum.variance = rates.variance(deal.stage, deal.age);
    sum.value += deal.value;
    sum.squares += deal.value * deal.value;
  };
  for (const DealOnDay& deal : open) {
    assert(deal.value >= 0);
    const std::size_t cell = rates.cell(deal.stage, deal.age);
    add(all[cell], deal);
    if (!deal.won) {
      ++day.undecided;
      continue;
    }
    add(decided[cell], deal);
    if (*deal.won) day.realised += deal.value;
  }
  day.open = expected(all);
  day.decided = expected(decided);
  return day;
}

ForecastQuality judge_forecasts(std::span<const Forecast> days, double confidence) {
  assert(confidence > 0 && confidence < 1);
  const double z = normal_quantile(.5 + confidence / 2);
  ForecastQuality quality;
  double realised = 0, promised = 0, within = 0, within_learnt = 0;
  for (const Forecast& day : days) {
    if (day.deals == day.undecided) {
      ++quality.left_out;
      continue;
    }
    ++quality.days;
    realised += day.realised;
    promised += day.decided.mean;
    const double off = std::abs(day.realised - day.decided.mean);
    within += off <= z * day.decided.deviation ? 1 : 0;
    within_learnt += off <= z * day.decided.deviation_learnt ? 1 : 0;
  }
  const auto n = static_cast<double>(quality.days);
  quality.calibration = promised > 0 ? realised / promised : nan;
  quality.coverage = quality.days > 0 ? within / n : nan;
  quality.coverage_learnt = quality.days > 0 ? within_learnt / n : nan;
  return quality;
}

}  // namespace rolecall::sim
