#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/text_column.hpp"

namespace rolecall {

// The row of an id in a table, whose ids ascend; none when it is not there.
std::optional<std::size_t> find_id(const TextColumn& ids, std::string_view id);

// A remedy for an id that is not there: "Did you mean 'x'?", or `otherwise` when none is near.
std::string suggest_id(const TextColumn& ids, std::string_view id, std::string otherwise);

}  // namespace rolecall
