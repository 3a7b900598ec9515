#include "scoring/groups/audience.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"

namespace rolecall {
namespace {

// The row of an id in a column in bytewise order; its size when it is not there.
std::size_t find_row(const TextColumn& ids, std::string_view id) {
  std::size_t low = 0, high = ids.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < ids.size() && ids[low] == id ? low : ids.size();
}

}  // namespace

std::vector<AccountId> accounts_of(const Audience& audience, const World& world,
                                   const Playbook& playbook, Day as_of) {
  std::vector<AccountId> accounts;
  if (audience.where) {
    const DayBoundary boundary(playbook.model.readings.day_boundary);
    const auto holds = Filter(*audience.where, *account_subject(world, boundary)).holds(as_of);
    for (std::size_t a = 0; a < holds.size(); ++a)
      if (holds[a] != 0) accounts.emplace_back(a);
    return accounts;
  }
  ProblemList problems;
  for (const std::string& id : audience.accounts) {
    const std::size_t row = find_row(world.accounts.ids, id);
    if (row < world.accounts.size())
      accounts.emplace_back(row);
    else
      problems.add({.file = playbook.path,
                    .row = audience.row,
                    .field = fmt::format("audience '{}'", audience.name),
                    .value = id,
                    .what = "the world has no account of this id",
                    .remedy = "Correct it, or take it out of the list."});
  }
  problems.throw_if_any();
  std::ranges::sort(accounts);
  const auto repeated = std::ranges::unique(accounts);
  accounts.erase(repeated.begin(), repeated.end());
  return accounts;
}

}  // namespace rolecall
