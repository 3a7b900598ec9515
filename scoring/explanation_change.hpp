#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/choices.hpp"
#include "scoring/explanation.hpp"

namespace rolecall {

// Why the score of a group is another than it was.
enum class Cause : std::uint8_t {
  newly_counted,     // days that entered the window
  expired,           // days that left it
  ageing,            // decay of days that stayed
  weight_scaling,    // what types weigh, beside the types that occurred in the tenant
  joined,            // members that were none before
  left,              // members that are none any more
  role_changed,      // people who left one role of the group and took another
  role_denominator,  // what role weightings are divided by
  aggregation,       // with means the members of a role, with max who is its highest
  person_rescale,    // person scaling: others of the tenant moved
  group_rescale,     // group scaling: other groups moved
  rounding,          // of roots and scalings, in the last digits
};
template <>
struct Choices<Cause> {
  static constexpr std::array<std::pair<std::string_view, Cause>, 12> all{
      {{"newly_counted", Cause::newly_counted},
       {"expired", Cause::expired},
       {"ageing", Cause::ageing},
       {"weight_scaling", Cause::weight_scaling},
       {"joined", Cause::joined},
       {"left", Cause::left},
       {"role_changed", Cause::role_changed},
       {"role_denominator", Cause::role_denominator},
       {"aggregation", Cause::aggregation},
       {"person_rescale", Cause::person_rescale},
       {"group_rescale", Cause::group_rescale},
       {"rounding", Cause::rounding}}};
};

// One line of the ledger of a change. Activities are named where the cause lies in them.
struct ChangeRow {
  Cause cause{};
  PersonId person = {};  // none: of the group as a whole
  RoleId role = {};
  ActivityTypeId type = {};  // none: no single activity, and then the next three say nothing
  Day day{};
  std::uint64_t count = 0, counted = 0;  // as in ExplainedActivity
  BigFraction amount = {};               // what it adds to the score
};

// E(after) − E(before) = Σ amounts, exactly. Where nothing follows the last sum, E is the exact
// sum; with a group transform or scaling it is the double that score() says.
struct Change {
  Explanation before, after;
  std::vector<ChangeRow> rows;  // by cause, then as the members and activities come
  BigFraction sum;              // of the amounts
};

// Arguments as explain()'s. Throws InputError when `since` is after `as_of` for the group.
Change explain_change(const World& world, const ActivityIndex& index, const BoundModel& bound,
                      const AsOf& since, const AsOf& as_of, GroupId group);

}  // namespace rolecall
