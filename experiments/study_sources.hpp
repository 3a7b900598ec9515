#pragma once

#include <string_view>
#include <vector>

namespace rolecall {

// The texts of studies/*.toml.
std::vector<std::string_view> study_sources();

}  // namespace rolecall
