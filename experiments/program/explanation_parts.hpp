#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/world.hpp"
#include "scoring/explanation.hpp"
#include "scoring/model.hpp"

// What tables, CSV and JSON of an explanation have in common.
namespace rolecall::program {

// What one member did of one type, days added up.
struct TypeTotal {
  ActivityTypeId type;
  std::uint64_t days = 0, clipped_days = 0;
  std::uint64_t count = 0, counted = 0;
  double least_weight = 0, most_weight = 0;  // of one counted activity; decay makes them differ
  BigFraction points;
};

// By points, the largest magnitude first.
std::vector<TypeTotal> by_type(const ExplainedMember& member);

// What follows the last sum, or with readings that are not linear comes before it.
struct Step {
  std::string name;    // "person sqrt"
  std::string detail;  // "100 · v / 8.25, the highest of all people"; may be empty
  const ExplainedMember* member = nullptr;  // none: of the group
  double value = 0;                         // after the step
};

// Steps of people, then those of the group; none when the score is the sum of its rows.
std::vector<Step> steps_of(const Explanation& e, const Readings& readings);

// Required roles with too few members.
std::vector<std::string> missing_roles(const Explanation& e, const Model& model);

// Types that occurred and weigh nothing, and how often.
std::vector<std::pair<ActivityTypeId, std::uint64_t>> weightless(const Explanation& e);

// The one denominator that all fractions have in common.
BigFraction common_denominator(std::span<const BigFraction> fractions);

}  // namespace rolecall::program
