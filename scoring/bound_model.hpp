#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/exact.hpp"
#include "core/world.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// A roles template met with a world: which of its cards each role of the world is.
struct BoundTemplate {
  static constexpr int no_card = -1;
  const RolesTemplate* source = nullptr;
  std::vector<int> card_of = {};  // by RoleId; no_card when the template lacks the role
  std::vector<std::int64_t> values =
      {};             // role weightings of the cards as integers, over one scale ...
  bool exact = true;  // ... when they have such a form
};

// A model met with a world: its rules by the world's own numbering.
struct BoundModel {
  const Model* model = nullptr;
  DayBoundary boundary = {};
  std::vector<double> weights = {};      // by ActivityTypeId; 0 for types without a rule
  std::vector<std::uint64_t> caps = {};  // by ActivityTypeId
  std::vector<BoundTemplate> templates = {};
  std::vector<int> template_of = {};  // by SolutionId; -1 when none matches
  std::vector<std::string> warnings = {};
};

BoundModel bind(const Model& model, const World& world);

}  // namespace rolecall
