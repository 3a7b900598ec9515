#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/timestamp.hpp"

namespace rolecall::sim {

// When one group's buyer first entered a stage of the journey, and its seller a state of the
// funnel; nothing when that did not happen while one looked.
struct EntryDays {
  std::optional<Day> buyer;
  std::optional<Day> seller;
};

// How far the seller's clock is behind the buyer's: lag = seller − buyer [day], below 0 where the
// seller is ahead. Over groups that have both; a late seller is missing more often than an early
// one, so that with many buyer_only the lags lean downward.
struct LagSummary {
  std::size_t both = 0;
  std::size_t buyer_only = 0;   // the seller never noticed
  std::size_t seller_only = 0;  // the seller moved without the buyer
  std::size_t neither = 0;

  // Of the lags [day], by type 7 of Hyndman & Fan 1996, doi:10.2307/2684934; NaN without any.
  double lower_quartile = 0;
  double median = 0;
  double upper_quartile = 0;

  // Shares of `both`: lag below 0, and 0. NaN without any.
  double seller_ahead = 0;
  double same_day = 0;
};
LagSummary lags_of(std::span<const EntryDays> groups);

}  // namespace rolecall::sim
