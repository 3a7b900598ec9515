#pragma once

#include "core/world.hpp"
#include "generators/csv_table.hpp"

namespace rolecall {

// Reads activities.csv, parts in parallel, into a log in its canonical order.
ActivityLog read_activities(const RowSource& file, const KeyIndex& people, std::size_t person_count,
                            ImportContext& context);

}  // namespace rolecall
