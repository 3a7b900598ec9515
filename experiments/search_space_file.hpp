#pragma once

#include <string>
#include <vector>

#include "core/field_info.hpp"
#include "core/toml_table.hpp"
#include "experiments/study_spec.hpp"

// The [space] and [constraints] of a study in TOML. Include it in sources alone.
namespace rolecall {

// Keys are parts of a model, dotted or in quotes; values are { low, high, whole, scale, shared },
// { values = [...] } or a list alone.
void read_space(TomlTable& root, std::vector<SpaceEntry>& space);
void read_constraints(TomlTable& root, StudySpec::Constraints& constraints);

std::string space_toml(const std::vector<SpaceEntry>& space, Comments comments);
std::string constraints_toml(const StudySpec::Constraints& constraints, Comments comments);

}  // namespace rolecall
