#pragma once

#include "experiments/program/table_output.hpp"

namespace rolecall::program {

// The table of evaluation_table as people read it: a row for each score, AUC first, with its
// interval, then the metrics that have room.
Columns evaluation_for_people(const Columns& evaluation);

}  // namespace rolecall::program
