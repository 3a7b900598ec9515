#pragma once

#include <string_view>

namespace rolecall {

// The text of worlds/vocabulary.toml: the names, shares and lists of a specification that has none
// of its own.
std::string_view vocabulary_toml();

}  // namespace rolecall
