#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/world.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/capped_day.hpp"
#include "scoring/model.hpp"
#include "scoring/score.hpp"
#include "scoring/type_weights.hpp"

namespace rolecall {

struct ActivityIndex;

// Activities of one person, type and day, as the model's day boundary tells days.
struct ActivityRow {
  PersonId person;
  ActivityTypeId type;
  Day day;
  std::uint64_t count = 1;  // [activities]
};

// A person in a role of a group, from `since` to `until`, both included.
struct Member {
  PersonId person;
  RoleId role;
  Day since = Day::min();
  Day until = Day::max();
};

// The scores of all buying groups as of one day, kept while facts change: bit for bit what score()
// gives for a world of the same facts, at a cost that follows the change. Changes reach the totals
// of people at once and mark their groups; reading rescores the groups marked, in parallel.
//
//   construct            as score(), and a walk over the rows of the window
//   add b rows           O(b log² n) with n rows on their days, late or not; marks groups
//   advance_to           the rows of the days that leave or enter the window; marks their groups,
//                        those whose members change, and with linear decay all
//   change a membership  the members of the group
//   read groups          the members of the groups marked
//   read a person        O(1)
//
// Memory: 16 bytes for each (person, type, day) of the window or after it that weighs something;
// what left the window is gone. 20 bytes a membership, some 70 a person (16 more with linear decay)
// and 100 a group. Changes and reads must not run at the same time.
class IncrementalScores {
 public:
  // Takes what it needs of both. Throws InputError when a change of a few facts would change many
  // scores, or sums are not exact: weight, person or group scaling; half-life decay or monthly
  // steps; since_creation; weights that are no short decimals; as many activities as sums of 126
  // bits do not hold. score() knows all of them.
  IncrementalScores(const World& world, const Model& model, Day as_of);

  // Adds activities of any days, in any order. Those before the window count nowhere; those after
  // it wait for their day. Types are those of world.activities.type_names. Throws InputError, and
  // adds nothing, when a row names a person or type that the world lacks, or sums could overflow.
  void add(std::span<const ActivityRow> rows);

  // Moves the as-of day on. Throws InputError when `day` is before it.
  void advance_to(Day day);

  // Changes the members of a group. Periods of a person in a role may overlap and then count once,
  // as in score(). Ending a membership lets no period of it reach beyond `last`; removing it leaves
  // none. Both return whether there was anything to change. Throw InputError on ids that the world
  // lacks.
  void add_member(GroupId group, const Member& member);
  bool end_member(GroupId group, PersonId person, RoleId role, Day last);
  bool remove_member(GroupId group, PersonId person, RoleId role);

  Day as_of() const { return as_of_; }

  // One row per group of the world. Valid until the next change.
  const GroupScores& groups();

  // The groups whose scores may have changed since groups() was last called, each once.
  const std::vector<GroupId>& touched() const { return touched_; }

  // As Scores::people.
  double person(PersonId person) const;

  // What changes and reads have cost since construction.
  struct Work {
    std::uint64_t rows = 0;    // of days, added to totals or taken from them
    std::uint64_t people = 0;  // whose total changed, each time
    std::uint64_t groups = 0;  // rescored
  };
  const Work& work() const { return work_; }

 private:
  void load(const ActivityIndex& index);
  void load(const Memberships& members);
  void expect_exact(int128 activities) const;
  void check(GroupId group, PersonId person, RoleId role) const;

  Day opens() const { return as_of_ - days_rep{bound_.model->window_days - 1}; }
  bool decays() const { return !weights_.age_units.empty(); }

  void add(Day day, CappedDay::Rows rows);
  void count(Day day, const CappedDay::Rows& rows, int sign);
  int128 total(PersonId person) const;

  void touch(GroupId group);
  void watch(GroupId group, const Member& member);
  void rescore(GroupId group);

  std::unique_ptr<const Model> model_;
  BoundModel bound_;
  TypeWeights weights_;
  Day as_of_;
  Day origin_;             // the days of day_sums_ count from here
  int128 activities_ = 0;  // that ever were, and bound the sums

  std::map<Day, CappedDay> days_;  // of the window and after it
  std::vector<int128> sums_;       // by person: Σ weight · count over the window
  std::vector<uint128> day_sums_;  // with linear decay: Σ weight · count · day

  std::vector<std::vector<Member>> members_;     // by group, in order of (person, role, since)
  std::vector<std::vector<GroupId>> groups_of_;  // by person, each group once
  std::map<Day, std::vector<GroupId>> turns_;    // days to come when a membership starts or is over
  std::size_t roles_;

  std::vector<GroupId> touched_;
  std::vector<std::uint8_t> is_touched_;  // by group
  GroupScores scores_;
  Work work_;
};

}  // namespace rolecall
