#pragma once

#include <cstddef>
#include <vector>

#include "core/activity_index.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/moments.hpp"
#include "scoring/person_scores.hpp"
#include "scoring/score.hpp"
#include "scoring/type_weights.hpp"

namespace rolecall {

// What score() had in its hands when it came to one group.
struct GroupDetail {
  struct Member {  // each (person, role) once, in this order, those with a card of the template
    PersonId person;
    RoleId role;
    std::size_t card;
    double transformed = 0;  // with readings that are not linear: after the person transform ...
    double score = 0;        // ... and after person scaling
  };

  std::size_t row = 0;  // of GroupScores
  Moment moment;
  bool created = true;  // false: since_creation, and not yet created, so that it scores 0
  TypeWeights weights;
  std::vector<Member> members;
  double raw = 0;         // engagement before the group transform
  Extent people, groups;  // what person scaling and group scaling looked at
};

struct DetailedScores {
  Scores scores;
  GroupDetail detail;
};

// The scores of all groups, and how one came about. Throws InputError as score() does, and when the
// group has no as-of day.
DetailedScores score_in_detail(const World& world, const ActivityIndex& index,
                               const BoundModel& model, const AsOf& as_of, GroupId group);

}  // namespace rolecall
