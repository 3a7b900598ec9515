#pragma once

#include <string>
#include <string_view>

#include "scoring/deals/rules.hpp"

namespace rolecall {

// Reads rules in TOML, format "rolecall.rules/1" (docs/deal-rules.md). `source` names them in
// messages. Throws InputError with every problem: syntax, unknown keys, values out of range,
// conditions that make no sense, scores that do not exist, sums that lead back to themselves.
DealRules parse_deal_rules(std::string_view toml, const std::string& source);

DealRules load_deal_rules(const std::string& path);

}  // namespace rolecall
