#pragma once

#include <memory>

#include "core/day_boundary.hpp"
#include "core/predicate/subject.hpp"
#include "core/world.hpp"

// What predicates may ask about the tables of a world: docs/predicates.md lists it. Days are those
// of the boundary. The world must outlive the subjects, and the filters made with them.
namespace rolecall {

using SubjectPtr = std::shared_ptr<const Subject>;

SubjectPtr account_subject(const World& world, const DayBoundary& boundary = {});
SubjectPtr person_subject(const World& world, const DayBoundary& boundary = {});
SubjectPtr group_subject(const World& world, const DayBoundary& boundary = {});
SubjectPtr deal_subject(const World& world, const DayBoundary& boundary = {});

}  // namespace rolecall
