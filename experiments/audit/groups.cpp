#include <fmt/format.h>

#include <array>

#include "experiments/audit/table.hpp"

namespace rolecall {
namespace {

// The people who could be members: of the account, or of its family.
std::vector<std::uint64_t> people_in(const Audited& a, bool whole_family) {
  std::vector<std::uint64_t> count(a.world.accounts.size(), 0);
  for (const AccountId account : a.world.people.accounts)
    if (account) ++count[whole_family ? a.roots[account.index()].index() : account.index()];
  return count;
}

// Groups by solution; gives the candidates of each group.
std::vector<std::uint64_t> audit_solutions(const Audited& a, AuditTable& table) {
  const Groups& groups = a.world.groups;
  const std::array<std::vector<std::uint64_t>, 2> candidates{people_in(a, false),
                                                             people_in(a, true)};
  std::vector<std::uint64_t> pool(groups.size());
  for (const auto& solution : a.spec.solutions) {
    const bool whole = solution.level == "company";
    double open_to = 0, made = 0;
    for (std::size_t i = 0; i < a.world.accounts.size(); ++i)
      open_to += candidates[whole][i] > 0 && (!whole || !a.world.accounts.parents[i]);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (a.world.solutions[groups.solutions[g].index()] != solution.name) continue;
      pool[g] = candidates[whole][groups.accounts[g].index()];
      ++made;
    }
    table.share("groups: " + solution.name, solution.share, made, open_to);
  }
  return pool;
}

double normal_below(double z) { return std::erfc(-z / std::sqrt(2.)) / 2; }

void audit_decisions(const Audited& a, AuditTable& table) {
  const auto& spec = a.spec.groups;
  double open = 0, decided = 0, won = 0, variance = 0, short_cycles = 0, small_deals = 0;
  for (std::size_t g = 0; g < a.world.groups.size(); ++g) {
    open += a.world.outcomes.outcome[g] == Outcome::open;
    const double p = a.truth.probability[g];
    if (std::isnan(p)) continue;
    ++decided;
    won += a.world.outcomes.outcome[g] == Outcome::won;
    variance += p * (1 - p);
    small_deals += a.world.outcomes.value[g] <= spec.deal_value;
    short_cycles +=
        (a.world.outcomes.date[g].utc_day() - a.world.groups.created[g].utc_day()).count() <=
        spec.cycle_days;
  }
  table.share("groups: open", spec.open, open, static_cast<double>(a.world.groups.size()));
  if (spec.cycle_spread > 0)
    table.share(fmt::format("cycles of at most {:g} days", spec.cycle_days),
                normal_below(std::log((std::floor(spec.cycle_days) + .5) / spec.cycle_days) /
                             spec.cycle_spread),
                short_cycles, decided);
  if (spec.deal_spread > 0 && spec.deal_value >= 1'000)  // else rounding shows
    table.share("deal values of at most the median", .5, small_deals, decided, 1e-3);
  if (decided > 0)
    table.add("base rate: won of the decided", "", a.spec.outcome.base_rate, won / decided,
              std::sqrt(variance) / decided);
}

void audit_members(const Audited& a, const std::vector<std::uint64_t>& pool, AuditTable& table) {
  const Memberships& members = a.world.members;
  std::array<double, 3> by_source{};
  double dated = 0, left = 0;
  for (std::size_t m = 0; m < members.size(); ++m) {
    dated += !members.since[m].is_missing();
    left += !members.until[m].is_missing();
    ++by_source[static_cast<std::size_t>(members.sources[m])];
  }
  for (const auto& role : a.spec.roles) {
    // Groups with so many candidates that the role's Poisson does not run out of them.
    const double ample = role.members + 6 * std::sqrt(role.members) + 10;
    double missing = 0, filled = 0, people = 0;
    for (std::size_t g = 0; g < a.world.groups.size(); ++g) {
      double in_role = 0;
      for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m)
        in_role += a.world.roles[members.roles[m].index()] == role.name;
      missing += in_role == 0;
      if (in_role == 0 || static_cast<double>(pool[g]) < ample) continue;
      ++filled;
      people += in_role;
    }
    table.share("missing: " + role.name, role.missing, missing,
                static_cast<double>(a.world.groups.size()));
    if (filled >= 30)  // fewer are not normal
      table.add("members: " + role.name, "people", role.members, people / filled,
                std::sqrt((role.members - 1) / filled));
  }
  const auto n = static_cast<double>(members.size());
  table.share("memberships with a first day", a.spec.groups.dated_members, dated, n);
  table.share("memberships with a last day", a.spec.groups.leavers, left, n);
  double total = 0;
  for (const auto& [name, share] : a.spec.groups.sources) total += share;
  for (const auto& [name, share] : a.spec.groups.sources)
    for (const MemberSource source :
         {MemberSource::job, MemberSource::journey, MemberSource::manual})
      if (to_string(source) == name)
        table.share("memberships from: " + name, share / total,
                    by_source[static_cast<std::size_t>(source)], n);
}

}  // namespace

void audit_groups(const Audited& a, AuditTable& table) {
  const std::vector<std::uint64_t> pool = audit_solutions(a, table);
  audit_decisions(a, table);
  audit_members(a, pool, table);
}

}  // namespace rolecall
