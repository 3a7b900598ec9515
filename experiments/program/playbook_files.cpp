#include "experiments/program/playbook_files.hpp"

#include "core/error.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {

PlaybookPart to_part(const std::string& word) {
  if (word == "audience") return PlaybookPart::audience;
  if (word == "stage-model") return PlaybookPart::stage_model;
  return word == "template" ? PlaybookPart::roles_template : PlaybookPart::interest;
}

std::string_view table_of(PlaybookPart part) {
  switch (part) {
    case PlaybookPart::audience:
      return "audience";
    case PlaybookPart::stage_model:
      return "stage_model";
    case PlaybookPart::roles_template:
      return "template";
    case PlaybookPart::interest:
      break;
  }
  return "interest";
}

std::string file_of(const Playbook& playbook, PlaybookPart part) {
  if (part != PlaybookPart::roles_template) return playbook.path;
  if (is_builtin_model(playbook.model_name))
    throw InputError({.file = playbook.path,
                      .field = "model",
                      .value = playbook.model_name,
                      .what = "the templates of a built-in model cannot be changed",
                      .remedy = "Save it with `rolecall models " + playbook.model_name +
                                " > mine.toml`, and name that file here."});
  if (playbook.model_name.empty())
    throw InputError(
        {.file = playbook.path,
         .field = "model",
         .what = "templates of a model that stands in the playbook are not changed here",
         .remedy = "Put the model into a file of its own, and name that file here."});
  return playbook.model_name;
}

void replace_playbook(const std::string& file, const std::string& text) {
  parse_playbook(text, file, Seals::ignored);
  write_text(file, text, Overwrite::yes);
}

void replace_model(const std::string& file, const std::string& text) {
  parse_model(text, file);
  write_text(file, text, Overwrite::yes);
}

}  // namespace rolecall::program
