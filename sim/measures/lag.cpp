#include "sim/measures/lag.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/quantile.hpp"

namespace rolecall::sim {

LagSummary lags_of(std::span<const EntryDays> groups) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  LagSummary summary;
  std::vector<double> lags;
  for (const EntryDays& group : groups) {
    if (group.buyer && group.seller)
      lags.push_back(static_cast<double>((*group.seller - *group.buyer).count()));
    else if (group.buyer)
      ++summary.buyer_only;
    else if (group.seller)
      ++summary.seller_only;
    else
      ++summary.neither;
  }
  std::ranges::sort(lags);
  summary.both = lags.size();
  summary.lower_quartile = sorted_quantile(lags, .25);
  summary.median = sorted_quantile(lags, .5);
  summary.upper_quartile = sorted_quantile(lags, .75);
  const auto share = [&](std::ptrdiff_t of) {
    return lags.empty() ? nan : static_cast<double>(of) / static_cast<double>(lags.size());
  };
  summary.seller_ahead = share(std::ranges::count_if(lags, [](double lag) { return lag < 0; }));
  summary.same_day = share(std::ranges::count(lags, 0.));
  return summary;
}

}  // namespace rolecall::sim
