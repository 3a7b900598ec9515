#pragma once

#include <random>
#include <vector>

#include "sim/journeys/journey.hpp"

namespace rolecall::sim {

// Journeys with something of every kind, as files may have them.
std::vector<Journey> random_journeys(std::mt19937_64& bits);

}  // namespace rolecall::sim
