#pragma once

#include "core/world.hpp"
#include "results/dataset.hpp"

namespace rolecall {

inline constexpr const char* world_format = "rolecall.world";
inline constexpr int world_version = 1;

// The world as docs/format.md lays it out. Refers to the world, which must outlive it.
Content world_content(const World& world);

}  // namespace rolecall
