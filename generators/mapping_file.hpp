#pragma once

#include <string>
#include <string_view>

#include "generators/mapping.hpp"

namespace rolecall {

// Reads a mapping file, format rolecall.mapping/1. Throws InputError with every problem,
// SystemError when it cannot be read.
Mapping read_mapping(const std::string& path);

// The same for a text; `source` names it in problems.
Mapping parse_mapping(std::string_view text, const std::string& source);

}  // namespace rolecall
