#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rolecall::sim {

// A deal as it stood on one day, and how it ended.
struct DealOnDay {
  std::size_t stage = 0;    // of the funnel
  double age = 0;           // [day] since it was opened, 0 or more
  double value = 0;         // [currency], 0 or more
  std::optional<bool> won;  // nothing: open to the end of the run
};

// Beta(won, lost) of win rates before anything is known: (1, 1) is uniform (Laplace); (½, ½), of
// Jeffreys, leans less towards ½ in stages with few deals (Brown, Cai & DasGupta 2001,
// doi:10.1214/ss/1009213286).
struct WinPrior {
  double won = 1;   // above 0
  double lost = 1;  // above 0
};

// How often deals that stood in a stage, at an age, were won in the end.
class WinRates {
 public:
  // From deals that closed before the day of the forecast, once for each stage and band of age that
  // they stood in; open ones are passed over. Bands part at `age_edges` [day], in rising order,
  // each band from its edge on; without edges age does not matter.
  //
  // Deals that close early are learnt from first: soon after the start of a run rates are those of
  // quick deals.
  WinRates(std::span<const DealOnDay> closed, std::size_t stages,
           std::vector<double> age_edges = {}, WinPrior prior = {});

  // Mean of the Beta of (won + prior.won, lost + prior.lost), and its variance.
  double rate(std::size_t stage, double age) const;
  double variance(std::size_t stage, double age) const;

  // The place of a stage and age among stages × bands.
  std::size_t cell(std::size_t stage, double age) const;
  std::size_t cells() const { return beta_.size(); }

 private:
  std::vector<double> age_edges_;
  std::vector<WinPrior> beta_;  // by cell, with what was learnt
};

// Revenue of some deals [currency].
struct ExpectedRevenue {
  double mean = 0;  // Σ rate·value
  double deviation =
      0;  // √(Σ rate·(1 − rate)·value²): deals are won each on its own, at known rates
  // The same with rates as uncertain as their Beta, which moves all deals of a cell together:
  // √(Σ over cells of rate·(1 − rate)·Σ value² + variance·((Σ value)² − Σ value²)).
  double deviation_learnt = 0;
};

// What the funnel promised on one day, and what became of it.
struct Forecast {
  std::size_t deals = 0;         // open on the day
  std::size_t undecided = 0;     // of them, to the end of the run
  ExpectedRevenue open = {};     // of all of them
  ExpectedRevenue decided = {};  // of those that closed later: to hold against `realised`
  double realised = 0;           // [currency] of those that were won later
};
Forecast forecast(const WinRates& rates, std::span<const DealOnDay> open);

// Forecasts of several days against what happened. Days share deals, so that they are not
// independent and the coverage of a few days says little.
struct ForecastQuality {
  std::size_t days = 0;      // with decided deals
  std::size_t left_out = 0;  // without
  double calibration = 0;    // Σ realised/Σ decided.mean, 1 at best; NaN without expectation
  double coverage = 0;  // share of days with realised within mean ± z·deviation; NaN without days
  double coverage_learnt = 0;  // the same with deviation_learnt
};

// The normal interval of a confidence in (0, 1) stands for a sum of many deals; where a few large
// ones make the revenue it is too coarse.
ForecastQuality judge_forecasts(std::span<const Forecast> days, double confidence = .9);

}  // namespace rolecall::sim
