#pragma once

#include <optional>
#include <string>

#include "experiments/study_task.hpp"
#include "results/study_file.hpp"

namespace rolecall {

// A text of a recipe that is not what the file was written with.
struct AlteredText {
  std::string name;  // "specification"
  std::string now;
  std::string was;
};

// Looks for what was changed in a recipe after the file was written: `stored` is the digest that
// the file was written with, and `specification` the one that stands in its provenance (empty: none
// does). Finds what has another source in the file or the program; nothing when all agree.
std::optional<AlteredText> find_altered_recipe(const StudyRecord& study, const std::string& stored,
                                               const std::string& specification,
                                               const std::string& source);

// Whether the file was written with this text in its recipe.
bool was_written_with(const StudyRecord& study, const std::string& name, const std::string& text,
                      const std::string& stored);

// The task of a record, ready to run again; proposals from outside are those that the record holds.
// Throws InputError.
StudyTask task_again(const StudyRecord& study, const std::string& source);

// Where a difference that no one item explains can come from: a text of the recipe that nothing
// else in the file tells; empty when there is none.
std::string unaccounted_recipe(const StudyRecord& stored, const StudyRecord& again);

}  // namespace rolecall
