#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/world.hpp"

namespace rolecall {

// The day as of which to score: one date for all groups, or for each the day of its outcome or
// creation, moved by some days.
struct AsOf {
  enum class Anchor : std::uint8_t { date, outcome, created };
  Anchor anchor = Anchor::date;
  Day date{};      // with Anchor::date
  int offset = 0;  // [day], added to the anchor's day
};

// Reads "2026-03-02", "outcome-7d", "created+30d", "outcome". Throws InputError,
// which names the option that it was given to.
AsOf parse_as_of(std::string_view text, std::string_view option = "--as-of");
std::string to_string(const AsOf& as_of);

// The day of every group; none where it has no outcome date, or no creation date.
std::vector<std::optional<Day>> resolve(const AsOf& as_of, const World& world,
                                        DayBoundary boundary);

}  // namespace rolecall
