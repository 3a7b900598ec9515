#include "scoring/groups/audience.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/find_id.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"

namespace rolecall {
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
    if (const auto row = find_id(world.accounts.ids, id))
      accounts.emplace_back(*row);
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
