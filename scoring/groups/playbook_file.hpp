#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scoring/groups/playbook.hpp"

namespace rolecall {

// Whether what was published must still be what was sealed.
enum class Seals : std::uint8_t { checked, ignored };

// Reads a playbook in TOML, format "rolecall.playbook/1", with the model and the lists of accounts
// that it names, whose paths are relative to it, or that stand in it. Throws InputError with every
// problem: syntax, unknown keys and names, stage models that are none, and published things that
// have changed.
Playbook load_playbook(const std::string& path, Seals seals = Seals::checked);

// The same of a text; `path` is where it stands, or would.
Playbook parse_playbook(std::string_view toml, const std::string& path,
                        Seals seals = Seals::checked);

// A playbook, `path` is where it stands, with the files that it names written into it: a text that
// needs none. Throws InputError when one of them is not there or is not TOML.
std::string self_contained_playbook(std::string_view toml, const std::string& path);

}  // namespace rolecall
