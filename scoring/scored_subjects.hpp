#pragma once

#include "core/predicate/world_subjects.hpp"
#include "scoring/model.hpp"
#include "scoring/score.hpp"

namespace rolecall {

// Groups as predicates see them once they are scored: engagement, completeness [%], members("Role")
// and missing("Role") beside what the world tells. Roles are those of the world and the model's
// templates; groups that were not scored have no scores. All must outlive it.
SubjectPtr scored_group_subject(const World& world, const Model& model, const GroupScores& scores);

// The same for tables of one figure a row: engagement of people, or of accounts with their subtree.
SubjectPtr with_engagement(SubjectPtr subject, const std::vector<double>& engagement);

}  // namespace rolecall
