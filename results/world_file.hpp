#pragma once

#include <string>

#include "core/world.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"

namespace rolecall {

// Writes the world as a file of format rolecall.world/1, which appears under `path` when it is
// whole. Returns its content digest. Throws InputError when `path` exists and may not be
// overwritten or a text holds a NUL, SystemError when the system refuses to write.
std::string write_world(const World& world, const std::string& path, const Provenance& provenance,
                        Overwrite overwrite = Overwrite::no);

// Reads a world, and checks that it is one: sizes, references, orders, ranges. Throws InputError
// when the file is damaged, foreign or of another version, SystemError when it cannot be read.
World read_world(const std::string& path);

// How much a world file holds, from the shapes of its datasets alone. Throws as read_world does.
WorldSize measure_world(const std::string& path);

}  // namespace rolecall
