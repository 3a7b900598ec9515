#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"

// Rows of an imported file that were left out, as a list beside the world.
namespace rolecall::program {

// world.h5 → world.rejects.csv
std::filesystem::path rejects_path(std::filesystem::path output);

// A row for each row rejected, with the first thing that is wrong with it, and for each note on a
// row that stays.
std::string rejects_csv(const std::vector<Problem>& rejects,
                        const std::vector<Problem>& notes = {});

// The rows that problems are about, however many each has.
std::size_t count_rows(const std::vector<Problem>& problems);

}  // namespace rolecall::program
