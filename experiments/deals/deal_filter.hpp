#pragma once

#include <string>
#include <vector>

#include "core/predicate/predicate.hpp"
#include "scoring/deals/deal_scorer.hpp"

namespace rolecall {

// Keeps the rows listed, ascending, and the actions of their deals or people.
void keep_rows(RuleScores& scores, const std::vector<std::size_t>& rows);

// The rows of scores that a condition about the deal, or the person, holds for, each as of its own
// day. Conditions may ask for score("Name"). Throws InputError for names that do not exist. Appends
// to `warnings`.
std::vector<std::size_t> rows_where(const Predicate& where, const DealScorer& scorer,
                                    ScoreLevel level, const RuleScores& scores,
                                    std::vector<std::string>& warnings);

// Whether each scored deal is competitive: another vendor is recorded on its account. As the rules
// say; unless they do, when the account's attribute `vendors` or `competitors` is not empty.
std::vector<std::uint8_t> competitive_deals(const DealScorer& scorer, const RuleScores& scores);

}  // namespace rolecall
