#pragma once

#include <string>
#include <vector>

#include "core/world.hpp"

namespace rolecall {

// One quantity of a generated world: what its specification asked for, and what came out.
struct AuditRow {
  std::string quantity;
  std::string unit;
  double asked = 0;
  double made = 0;
  double tolerance = 0;  // four standard deviations of what chance does to it

  bool is_within() const;
};

// Compares a generated world with its specification. Shares have the binomial's deviation; the
// length of the log that of a cluster process; the dispersion that of a jackknife over blocks of
// people. Throws InputError when the world has no truth; `source` names it.
std::vector<AuditRow> audit(const World& world, const std::string& source);

}  // namespace rolecall
