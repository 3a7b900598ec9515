#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"

// Changes of the texts of playbooks and models that leave the rest of them as it is, comments too.
// They know tables under headers of their own, [[interest]]; what is written otherwise is refused,
// with InputError, for an editor to change. `file` names the text in messages.
namespace rolecall {

// The text with a record that something is published, at its end.
std::string with_publication(std::string text, const Publication& publication);

// The text without the [[table]] whose `key` is `value`, and the comment right above it.
std::string without_table(std::string_view text, const std::string& file, std::string_view table,
                          std::string_view key, std::string_view value);

// The text with a copy of the [[table]] of a name, under another name, at its end.
std::string with_copy(std::string_view text, const std::string& file, std::string_view table,
                      std::string_view name, std::string_view new_name);

enum class PlaybookPart : std::uint8_t { audience, stage_model, roles_template, interest };

// Why a part may not be deleted: an interest with groups in a world, or something that an interest
// uses. `world` may be null. Throws InputError when there is no such part.
std::vector<Problem> deletion_problems(const Playbook& playbook, PlaybookPart part,
                                       const std::string& name, const World* world);

// The names of all parts of a kind.
std::vector<std::string> names_of(const Playbook& playbook, PlaybookPart part);

}  // namespace rolecall
