#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/model.hpp"

namespace rolecall {

// Reads a model in TOML, format "rolecall.model/1". `source` names it in messages. Throws
// InputError with every problem: syntax, unknown keys, values out of range.
Model parse_model(std::string_view toml, const std::string& source);

// The model with every default written out, as parse_model reads it back.
std::string to_toml(const Model& model);

// The models that come with the program, in order of name.
const std::vector<Model>& builtin_models();
bool is_builtin_model(std::string_view name);

// The roles template of the built-in models, for a model file that has none of its own.
const std::vector<RolesTemplate>& default_templates();

// A built-in model by name, or the file of that path. Throws InputError when it is neither.
Model load_model(const std::string& name_or_path);

}  // namespace rolecall
