#pragma once

#include <istream>

#include "experiments/study_spec.hpp"
#include "experiments/study_task.hpp"

namespace rolecall::program {

// A tuner at the other end of standard output and of `in`, one JSON object a line, as
// docs/studies.md has it: the space goes out, proposals come in, each is answered with its value.
ExternalTuner tuner_on_lines(const StudySpec::Search& search, std::istream& in);

}  // namespace rolecall::program
