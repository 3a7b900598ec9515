#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/activity_index.hpp"
#include "core/uninitialized.hpp"
#include "scoring/as_of.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// Who counts in which group, in which role, and over which days: what turns an index into counts.
struct CountedMembers {
  std::vector<std::uint64_t> offsets{0};  // members of group g: offsets[g] … offsets[g+1]
  std::vector<PersonId> people;
  std::vector<std::uint8_t> cards;        // role card of each member
  std::vector<std::int64_t> first, last;  // [day] of the index: the window of each group

  std::size_t groups() const { return offsets.size() - 1; }
};

// The members of every group with an as-of day, each in its role on that day, when one template of
// the model serves all. `groups` receives which groups these are. Throws InputError as
// score_by_role().
CountedMembers count_members(const World& world, const ActivityIndex& index, const Model& model,
                             const AsOf& as_of, std::vector<GroupId>& groups);

// Σ over the members of a group in a role of Σ over days of min(n(person, type, day), cap), for
// several caps at once: what no weight of an activity or a role changes, so that any number of
// candidates can be scored from it. Row-major: cards × types × levels × groups.
struct CappedCounts {
  std::size_t cards = 0, types = 0, levels = 0, groups = 0;
  UninitializedVector<std::uint32_t> counts;

  std::span<const std::uint32_t> column(std::size_t card, std::size_t type,
                                        std::size_t level) const {
    return std::span(counts).subspan(((card * types + type) * levels + level) * groups, groups);
  }
};

// `caps` has one cap for each (level, type), row-major, rising from level to level. `factors` merge
// the cards into one, each member counting as often as its card's factor says; empty: cards stay
// apart. One pass over the members' cells, whatever the number of levels. In parallel. Throws
// InputError when a count takes more than 31 bits.
CappedCounts count_capped(const ActivityIndex& index, const CountedMembers& members,
                          std::size_t cards, std::span<const std::uint32_t> factors,
                          std::size_t types, std::span<const std::uint64_t> caps);

}  // namespace rolecall
