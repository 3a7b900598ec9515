#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scoring/groups/playbook.hpp"

namespace rolecall {

// Whether what was published must still be what was sealed.
enum class Seals : std::uint8_t { checked, ignored };

// Reads a playbook in TOML, format "rolecall.playbook/1", with the model and the lists of accounts
// that it names, whose paths are relative to it. Throws InputError with every problem: syntax,
// unknown keys and names, stage models that are none, and published things that have changed.
Playbook load_playbook(const std::string& path, Seals seals = Seals::checked);

// The same of a text; `path` is where it stands, or would.
Playbook parse_playbook(std::string_view toml, const std::string& path,
                        Seals seals = Seals::checked);

}  // namespace rolecall
