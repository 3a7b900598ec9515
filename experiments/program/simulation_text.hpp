#pragma once

#include <string>

#include "results/study_file.hpp"

namespace rolecall::program {

// What a simulation found, its arms by the figures that matter most, and each arm against the
// first; in JSON all figures.
std::string simulation_text(const StudyRecord& study, std::size_t width);
std::string simulation_json(const StudyRecord& study);

}  // namespace rolecall::program
