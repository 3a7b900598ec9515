#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scoring/deals/rules.hpp"

namespace rolecall {

// Throws InputError when a rule names a score, pipeline or stage that does not exist or is of the
// wrong level, or when sums of scores lead back to themselves; the message shows the cycle.
void check_references(const DealRules& rules, const std::string& source);

// Scores of a level so ordered that each comes after those it adds up. There must be no cycle.
std::vector<std::size_t> in_order_of_sums(const DealRules& rules, ScoreLevel level);

}  // namespace rolecall
