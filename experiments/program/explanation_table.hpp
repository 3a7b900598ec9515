#pragma once

#include <string>

#include "core/world.hpp"
#include "experiments/program/table_output.hpp"
#include "scoring/explanation_change.hpp"

// Explanations as machines read them; docs/explain.md has the columns.
namespace rolecall::program {

Columns to_columns(const Explanation& e, const World& world, const Model& model);
Columns to_columns(const Change& change, const World& world);

std::string to_json(const Explanation& e, const World& world, const Model& model);
std::string to_json(const Change& change, const World& world, const Model& model);

}  // namespace rolecall::program
