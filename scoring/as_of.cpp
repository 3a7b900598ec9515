#include "scoring/as_of.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/error.hpp"

namespace rolecall {

AsOf parse_as_of(std::string_view text, std::string_view option) {
  if (const auto day = parse_day(text)) return {AsOf::Anchor::date, *day, 0};
  const InputError error({.field = std::string(option),
                          .value = std::string(text),
                          .what = "this is not a day to score as of",
                          .remedy = "Write a date such as 2026-03-02, or a day relative to each "
                                    "group's own: outcome-7d, created+30d."});
  AsOf as_of;
  std::string_view rest = text;
  if (rest.starts_with("outcome")) {
    as_of.anchor = AsOf::Anchor::outcome;
    rest.remove_prefix(7);
  } else if (rest.starts_with("created")) {
    as_of.anchor = AsOf::Anchor::created;
    rest.remove_prefix(7);
  } else {
    throw error;
  }
  if (rest.empty()) return as_of;
  const bool back = rest.front() == '-';
  if ((!back && rest.front() != '+') || rest.size() < 3 || rest.back() != 'd') throw error;
  const std::string_view digits = rest.substr(1, rest.size() - 2);
  const auto [end, code] =
      std::from_chars(digits.data(), digits.data() + digits.size(), as_of.offset);
  if (code != std::errc{} || end != digits.data() + digits.size() || as_of.offset < 0 ||
      as_of.offset > 1'000'000)
    throw error;
  if (back) as_of.offset = -as_of.offset;
  return as_of;
}

std::string to_string(const AsOf& as_of) {
  if (as_of.anchor == AsOf::Anchor::date) return to_string(as_of.date);
  return fmt::format("{}{:+}d", as_of.anchor == AsOf::Anchor::outcome ? "outcome" : "created",
                     as_of.offset);
}

std::vector<std::optional<Day>> resolve(const AsOf& as_of, const World& world,
                                        DayBoundary boundary) {
  std::vector<std::optional<Day>> days(world.groups.size());
  for (std::size_t g = 0; g < days.size(); ++g) {
    if (as_of.anchor == AsOf::Anchor::date) {
      days[g] = as_of.date;
      continue;
    }
    const Timestamp anchor =
        as_of.anchor == AsOf::Anchor::outcome ? world.outcomes.date[g] : world.groups.created[g];
    if (!anchor.is_missing()) days[g] = boundary.day_of(anchor) + days_rep{as_of.offset};
  }
  return days;
}

}  // namespace rolecall
