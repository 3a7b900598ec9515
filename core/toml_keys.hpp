#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rolecall {

// Every value of a TOML text by its full key, "search.candidates" and "600", in bytewise order of
// keys. Tables of an array go by their name or path where these differ, else by number: what
// stands elsewhere in two texts is still one key. Throws InputError when it is not TOML.
std::vector<std::pair<std::string, std::string>> toml_keys(std::string_view text,
                                                           const std::string& source);

}  // namespace rolecall
