#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/big_fraction.hpp"
#include "core/world.hpp"
#include "scoring/as_of.hpp"
#include "scoring/group_detail.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// What one person did of one type on one day, and what it is worth.
struct ExplainedActivity {
  ActivityTypeId type;
  Day day{};
  std::uint64_t count = 0;    // what happened
  std::uint64_t counted = 0;  // what the cap left
  BigFraction weight;         // of one counted activity: after weight scaling, with decay
  BigFraction points;         // counted · weight
};

// A person in a role of the template on the as-of day. Their value is Σ points, or with readings
// that are not linear the score that is the person's after person transform and scaling; engagement
// before the group transform is Σ share · value.
struct ExplainedMember {
  PersonId person;
  RoleId role;
  std::size_t card = 0;
  std::vector<ExplainedActivity> activities;  // of the window, in order of (day, type)
  BigFraction points;                         // their sum
  double transformed = 0;                     // not linear: after the person transform
  BigFraction value;
  BigFraction base;       // role weighting / role denominator
  BigFraction aggregate;  // 1; with means 1/members; with max 1 for the highest, else 0
  BigFraction share;      // base · aggregate

  BigFraction contribution() const { return share * value; }
};

// How the score of one group came about: an exact ledger of what each person and activity adds.
struct Explanation {
  GroupId group;
  Day as_of{};
  DaySpan window;       // days that count; none when the first is after the last
  bool created = true;  // false: since_creation, and not yet created, so that nothing counts
  int template_of = -1;
  bool linear = true;  // whether each activity adds to the score by itself
  TypeWeights weights;
  std::vector<ExplainedMember> members;                   // in order of (card, person)
  std::vector<std::pair<PersonId, RoleId>> without_card;  // members whose role the template lacks

  BigFraction sum;  // Σ contributions: engagement before the group transform, exactly
  double raw =
      0;  // the same as score() has it: rounded once, or where sums are not exact in doubles
  double transformed = 0;  // after the group transform
  double engagement = 0;   // after group scaling: what score() says
  double completeness = 0;
  std::uint32_t people = 0;
  std::uint32_t missing = 0;           // as in GroupScores
  Extent person_extent, group_extent;  // what person and group scaling looked at
  std::vector<std::string> warnings;   // of the run
};

// An index of the world's log by the model's days, and the bound model, as for score(). Throws
// InputError as score() does, and when the group has no as-of day.
Explanation explain(const World& world, const ActivityIndex& index, const BoundModel& bound,
                    const AsOf& as_of, GroupId group);

// The group of an id. Throws InputError, with the nearest id, when there is none.
GroupId find_group(const World& world, std::string_view id);

// The worth of a type at an age of so many days, exactly as the tables say.
BigFraction exact_weight(const TypeWeights& weights, ActivityTypeId type, std::size_t age);

}  // namespace rolecall
