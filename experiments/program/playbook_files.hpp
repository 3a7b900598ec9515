#pragma once

#include <string>

#include "experiments/program/session.hpp"
#include "scoring/groups/playbook_edit.hpp"

// Changes of playbooks, and of the models that they name, on disk.
namespace rolecall::program {

// "audience", "stage-model", "template" or "interest".
PlaybookPart to_part(const std::string& word);

// The table that a part stands in: "stage_model".
std::string_view table_of(PlaybookPart part);

// The file that a part stands in: the playbook, or for templates its model. Throws InputError for
// templates of a built-in model.
std::string file_of(const Playbook& playbook, PlaybookPart part);

// Each puts a new text in the place of a file, whole or not at all, once it has been read as what
// it is. Throws InputError when it cannot be.
void replace_playbook(const std::string& file, const std::string& text);
void replace_model(const std::string& file, const std::string& text);

}  // namespace rolecall::program
