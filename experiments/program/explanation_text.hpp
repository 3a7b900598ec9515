#pragma once

#include <string>

#include "core/world.hpp"
#include "scoring/explanation_change.hpp"

// Explanations for people: top contributors first, days of an activity added up.
namespace rolecall::program {

std::string to_text(const Explanation& e, const World& world, const Model& model);
std::string to_text(const Change& change, const World& world, const Model& model);

}  // namespace rolecall::program
