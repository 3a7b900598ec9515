#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/as_of.hpp"
#include "scoring/deals/deal_facts.hpp"

namespace rolecall {

// Reads "2026-03-02", or a day of each deal's own: "closed-7d", "opened+30d". Throws InputError.
// The anchors are those of groups: a deal's outcome comes when it closes, its creation is its
// opening.
AsOf parse_deal_as_of(std::string_view text);

// The day of every deal; none where it has no such day, or was not yet opened on it.
std::vector<std::optional<Day>> resolve(const AsOf& as_of, const World& world,
                                        const DealFacts& facts, DayBoundary boundary);

}  // namespace rolecall
