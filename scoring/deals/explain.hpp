#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scoring/deals/deal_scorer.hpp"

namespace rolecall {

// One thing that makes up a score.
struct ExplainedLine {
  enum class State : std::uint8_t {
    counts,
    expired,  // or its condition ceased to hold, or the idling ended
    hidden,   // by a later set or reset
    not_yet,  // comes after the day
  };
  std::uint32_t score = 0;      // column
  std::optional<Day> day = {};  // none: the start, a sum, a limit
  std::string rule, cause;
  std::string change;  // "+5", "= 20"; empty where there is no ledger entry
  State state = State::counts;
  std::int64_t counted = 0;  // units of the score on the day
  std::int64_t before = 0;   // likewise on the earlier day; 0 without one
};

// Every score of the level taken apart, column by column: its start, its ledger in the order in
// which it was written, the scores and contacts that it adds up, and what its limits cut off. The
// `counted` of a score add up to it exactly, and so do the `before` to what it was at the end of
// `since`, or to 0 when it was not there by then. Scores stand still once a deal has closed. Throws
// InputError as DealScorer::trace does.
std::vector<ExplainedLine> explain(const DealScorer& scorer, DealId deal,
                                   std::optional<Day> since = {});
std::vector<ExplainedLine> explain(const DealScorer& scorer, PersonId person,
                                   std::optional<Day> since = {});

// What caused something, in words: `Reply to Sales Email of p7`.
std::string to_string(const Cause& cause, const World& world);

std::string_view to_string(ExplainedLine::State state);

}  // namespace rolecall
