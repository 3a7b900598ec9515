#include "scoring/capped_counts.hpp"

#include <algorithm>
#include <cassert>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "scoring/active_members.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/moments.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

class Counter {
 public:
  Counter(const ActivityIndex& index, const CountedMembers& members,
          std::span<const std::uint32_t> factors, std::span<const std::uint64_t> caps,
          CappedCounts& out)
      : index_(index), members_(members), factors_(factors), caps_(caps), out_(out) {}

  void count() {
    out_.counts.resize(out_.cards * out_.types * out_.levels * out_.groups);
    parallel::for_blocks(out_.groups, grain, [&](std::size_t begin, std::size_t end) {
      std::vector<std::uint64_t> sums(out_.cards * out_.types * (out_.levels + 1));
      for (std::size_t g = begin; g < end; ++g) {
        std::ranges::fill(sums, 0);
        for (std::uint64_t m = members_.offsets[g]; m < members_.offsets[g + 1]; ++m)
          add_member(g, m, sums);
        write(g, sums);
      }
    });
  }

 private:
  // A line of the cache, so that no two threads write to one.
  static constexpr std::size_t grain = 256;

  void add_member(std::size_t group, std::uint64_t member, std::vector<std::uint64_t>& sums) const {
    const std::size_t card = members_.cards[member];
    const std::uint64_t factor = factors_.empty() ? 1 : factors_[card];
    std::uint64_t* const mine =
        sums.data() + (factors_.empty() ? card : 0) * out_.types * (out_.levels + 1);
    std::visit(
        [&](const auto& rows) { add_cells(rows, group, members_.people[member], factor, mine); },
        index_.rows);
  }

  // The k-th activity of a person, type and day counts from the first level on whose cap is above
  // k: it is added there once, and carried on to the later levels when the group is written.
  template <class Cell>
  void add_cells(const Cells<Cell>& rows, std::size_t group, PersonId person, std::uint64_t factor,
                 std::uint64_t* sums) const {
    const std::span<const Cell> window = cells_within(
        rows.between(index_.offsets[person.index()], index_.offsets[person.index() + 1]),
        members_.first[group], members_.last[group], index_.type_bits);
    const std::size_t type_mask = (std::size_t{1} << index_.type_bits) - 1;
    for_each_count(rows, window, [&](Cell cell, std::uint64_t n) {
      const std::size_t type = cell & type_mask;
      std::uint64_t* const by_level = sums + type * (out_.levels + 1);
      std::uint64_t counted = 0;
      for (std::size_t level = 0; level < out_.levels && counted < n; ++level) {
        const std::uint64_t within = std::min(n, caps_[level * out_.types + type]);
        by_level[level] += factor * (within - counted);
        counted = within;
      }
    });
  }

  void write(std::size_t group, const std::vector<std::uint64_t>& sums) const {
    for (std::size_t row = 0; row < out_.cards * out_.types; ++row) {
      std::uint64_t sum = 0;
      for (std::size_t level = 0; level < out_.levels; ++level) {
        sum += sums[row * (out_.levels + 1) + level];
        if (sum > INT32_MAX)
          throw InputError({.what = "the counted activities of one group and type number 2^31 or "
                                    "more",
                            .remedy = "Use a daily cap, or smaller role weightings."});
        out_.counts[(row * out_.levels + level) * out_.groups + group] =
            static_cast<std::uint32_t>(sum);
      }
    }
  }

  const ActivityIndex& index_;
  const CountedMembers& members_;
  std::span<const std::uint32_t> factors_;
  std::span<const std::uint64_t> caps_;
  CappedCounts& out_;
};

}  // namespace

CountedMembers count_members(const World& world, const ActivityIndex& index, const Model& model,
                             const AsOf& as_of, std::vector<GroupId>& groups) {
  require_role_sums(model, world);
  const BoundModel bound = bind(model, world);
  std::vector<std::string> warnings;
  const Moments moments = find_moments(world, bound, as_of, warnings);
  groups = moments.groups;
  CountedMembers counted;
  DayBoundary clock = bound.boundary;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const Moment& moment = moments.all[moments.of_group[row]];
    for_each_member(world.members, groups[row], bound.templates.front(), moment.as_of, clock,
                    [&](PersonId person, RoleId, int card) {
                      if (card == BoundTemplate::no_card) return;
                      counted.people.push_back(person);
                      counted.cards.push_back(static_cast<std::uint8_t>(card));
                    });
    counted.offsets.push_back(counted.people.size());
    const Day opens = window_of(moment, model.window_days).first;
    counted.first.push_back(opens == Day::min() ? 0 : (opens - index.first_day).count());
    counted.last.push_back((moment.as_of - index.first_day).count());
  }
  return counted;
}

CappedCounts count_capped(const ActivityIndex& index, const CountedMembers& members,
                          std::size_t cards, std::span<const std::uint32_t> factors,
                          std::size_t types, std::span<const std::uint64_t> caps) {
  assert(factors.empty() || factors.size() == cards);
  CappedCounts out{.cards = factors.empty() ? cards : 1,
                   .types = types,
                   .levels = caps.size() / types,
                   .groups = members.groups(),
                   .counts = {}};
  if (index.size() == 0) {
    out.counts.assign(out.cards * types * out.levels * out.groups, 0);
    return out;
  }
  Counter(index, members, factors, caps, out).count();
  return out;
}

}  // namespace rolecall
