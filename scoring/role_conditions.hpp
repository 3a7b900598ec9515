#pragma once

#include <cstdint>
#include <vector>

#include "core/day_boundary.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// People as conditions of a model see them: with a field `persona`, the first of the model's
// personas that a person matches, missing where there is none.
SubjectPtr person_subject(const World& world, const Model& model);

// The cards of a template met with people: the first whose condition a person meets is theirs.
class RoleConditions {
 public:
  static constexpr std::int8_t no_card = -1;

  // Throws InputError for conditions that cannot be asked of this world's people.
  RoleConditions(const World& world, const Model& model, const RolesTemplate& source);

  bool changes_with_day() const;
  std::vector<std::string> warnings() const;

  // The card of each of the people, ascending, as of a day; no_card where none matches. In
  // parallel.
  std::vector<std::int8_t> cards(Rows people, Day as_of);

 private:
  struct Card {
    std::int8_t index;
    Filter filter;
  };
  std::vector<Card> cards_;
};

}  // namespace rolecall
