#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/activity_index.hpp"
#include "core/progress.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// Scores of one run; one row per scored group, in order of group. A group whose as-of day is
// unknown (no outcome, no creation date) has no row.
struct GroupScores {
  std::vector<GroupId> group;
  std::vector<Day> as_of;
  std::vector<double> engagement;
  std::vector<double> completeness;       // [%]; NaN when no role is required
  std::vector<std::uint32_t> members;     // people with a role of the template on the as-of day
  std::vector<std::uint32_t> missing;     // bit c: card c is required and has too few members
  std::vector<std::int32_t> template_of;  // index into the model's templates; -1 for none

  std::size_t size() const { return group.size(); }
};

struct Scores {
  GroupScores groups;
  std::vector<double> people;  // by PersonId; empty when the as-of days differ between groups, or
                               // since_creation gives groups windows of their own
  std::vector<std::string> warnings;
};

// Scores every buying group of a world: engagement and completeness (docs/model-file.md has the
// formulas). In parallel, with the same bits for any number of threads. Linear readings are exact
// until one final rounding as long as weights are decimals and sums stay below 2^126; otherwise
// sums run in a fixed order. Throws InputError when a score is not finite, or days and types do not
// fit the index.
Scores score(const World& world, const Model& model, const AsOf& as_of);

// The same from a model that is bound to the world already, and an index of its log with the
// model's days: for many scores of one world.
Scores score(const World& world, const ActivityIndex& index, const BoundModel& model,
             const AsOf& as_of);

// What the members of each role add to a group before role weightings: with linear readings, and
// sums of members, engagement is Σ weighting · sum / Σ weighting. Row-major: scored groups (as in
// GroupScores) × cards of the template.
struct RoleSums {
  std::size_t cards = 0;
  std::vector<double> sum;
  std::vector<std::uint32_t> members;
};

struct ScoresByRole {
  Scores scores;
  RoleSums roles;
};

// Throws InputError unless one template serves every solution of the world and the readings are
// linear sums of members over the template.
void require_role_sums(const Model& model, const World& world);

// The scores and what they are made of. Throws InputError as score() and require_role_sums() do.
ScoresByRole score_by_role(const World& world, const Model& model, const AsOf& as_of);
ScoresByRole score_by_role(const World& world, const ActivityIndex& index, const BoundModel& model,
                           const AsOf& as_of);

// The same by the letter of the formulas: one thread, maps, one group at a time. For tests.
GroupScores score_by_reference(const World& world, const Model& model, const AsOf& as_of);

// A score as people see it, in whole numbers.
double displayed(double score, Readings::Rounding rounding);

// The missing roles of row `row`, in template order.
std::vector<std::string> missing_roles(const GroupScores& scores, std::size_t row,
                                       const Model& model);

}  // namespace rolecall
