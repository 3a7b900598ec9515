#include "scoring/deals/deal_as_of.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace rolecall {

AsOf parse_deal_as_of(std::string_view text) {
  try {
    if (text.starts_with("closed")) return parse_as_of(fmt::format("outcome{}", text.substr(6)));
    if (text.starts_with("opened")) return parse_as_of(fmt::format("created{}", text.substr(6)));
    if (const auto day = parse_day(text)) return {AsOf::Anchor::date, *day, 0};
  } catch (const InputError&) {  // said below, in the words of deals
  }
  throw InputError({.field = "--as-of",
                    .value = std::string(text),
                    .what = "this is not a day to score as of",
                    .remedy = "Write a date such as 2026-03-02, or a day relative to each deal's "
                              "own: closed-7d, opened+30d."});
}

std::vector<std::optional<Day>> resolve(const AsOf& as_of, const World& world,
                                        const DealFacts& facts, DayBoundary boundary) {
  std::vector<std::optional<Day>> days(world.deals.size());
  for (std::size_t d = 0; d < days.size(); ++d) {
    const Timestamp opened = world.deals.opened[d], closed = world.deals.closed[d];
    if (as_of.anchor == AsOf::Anchor::date) {
      days[d] = as_of.date;
    } else {
      const Timestamp anchor = as_of.anchor == AsOf::Anchor::outcome ? closed : opened;
      if (anchor.is_missing()) continue;
      days[d] = boundary.day_of(anchor) + days_rep{as_of.offset};
    }
    if (!opened.is_missing() && facts.first_day(DealId{d}) > *days[d]) days[d].reset();
  }
  return days;
}

}  // namespace rolecall
