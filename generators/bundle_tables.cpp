#include "generators/bundle_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "core/account_forest.hpp"
#include "core/profile.hpp"
#include "generators/table_rows.hpp"

namespace rolecall {
namespace {

// Rejects the accounts of every cycle and cuts them apart, which leaves a forest.
void reject_cycles(CsvTable& table, const std::vector<std::size_t>& order,
                   std::vector<AccountId>& parents) {
  for (const std::vector<AccountId>& cycle : find_cycles(parents)) {
    constexpr std::size_t shown = 10;
    std::string path;
    for (const AccountId a : std::span(cycle).first(std::min(cycle.size(), shown)))
      path += std::string(table.text(order[a.index()], "account_id")) + " → ";
    if (cycle.size() > shown) path += fmt::format("… {} more → ", cycle.size() - shown);
    path += table.text(order[cycle.front().index()], "account_id");
    table.reject(order[cycle.front().index()], "parent_account_id",
                 fmt::format("the account is its own ancestor: {}", path),
                 "Leave one parent_account_id of the cycle empty.");
    for (const AccountId a : std::span(cycle).subspan(1))
      table.reject_follower(order[a.index()], "parent_account_id");
    for (const AccountId a : cycle) parents[a.index()] = AccountId{};
  }
}

// The account that a row is part of; none for a root, and for one whose parent is not there where
// these stay.
AccountId parent_of(CsvTable& table, std::size_t row, const KeyIndex& all) {
  const std::string_view parent = table.text(row, "parent_account_id");
  if (table.orphans() == Orphans::rejected || parent.empty() ||
      all.find(parent) != KeyIndex::unknown)
    return to_id<AccountId>(table.reference(row, "parent_account_id", all));
  table.object(row, "parent_account_id",
               fmt::format("there is no such id in {}; the account counts as a root", all.file()),
               fmt::format("Add it to {}, or correct it here.", all.file()));
  return {};
}

// Where the file names the root of each tree too: whether the parents lead there. Cannot be told
// where they lead out of the file.
void check_roots(CsvTable& table, const std::vector<std::size_t>& order,
                 const std::vector<AccountId>& parents) {
  const char* const column = "ultimate_parent_account_id";
  const std::vector<AccountId> roots = tree_roots(parents);
  for (std::size_t a = 0; a < order.size(); ++a) {
    const std::string_view named = table.text(order[a], column);
    const std::size_t root = order[roots[a].index()];
    const std::string_view found = table.text(root, "account_id");
    const bool leads_out = !table.text(root, "parent_account_id").empty();
    if (named.empty() || named == found || leads_out) continue;
    table.object(order[a], column,
                 roots[a].index() == a
                     ? "the account has no parent, but an ultimate one"
                     : fmt::format("the direct parents lead to another account, {}", found),
                 "Correct the parents, which count, or leave this empty.");
  }
}

}  // namespace

AccountTable read_accounts(CsvTable& table) {
  const Phase phase("accounts");
  std::vector<std::size_t> order = table.order_by_key("account_id");
  table.check_numbers();
  KeyIndex all(table.file());  // every account, rejected or not
  for (std::size_t i = 0; i < order.size(); ++i)
    all.insert(table.text(order[i], "account_id"), static_cast<std::uint32_t>(i));
  std::vector<AccountId> parents;
  for (const std::size_t row : order) parents.push_back(parent_of(table, row, all));
  reject_cycles(table, order, parents);
  // What hangs from a rejected account goes with it, from the roots down.
  const std::vector<AccountId> upward = children_first(parents);
  for (auto a = upward.rbegin(); a != upward.rend(); ++a) {
    const AccountId parent = parents[a->index()];
    if (parent && table.is_rejected(order[parent.index()]) && !table.is_rejected(order[a->index()]))
      table.reject_follower(order[a->index()], "parent_account_id");
  }
  KeyIndex keys = place(table, "account_id", order);
  parents.clear();
  for (const std::size_t row : order)
    parents.push_back(to_id<AccountId>(keys.find(table.text(row, "parent_account_id"))));
  if (table.orphans() == Orphans::kept && table.has("ultimate_parent_account_id"))
    check_roots(table, order, parents);
  return {{gather(table, "account_id", order), std::move(parents),
           table.attributes(order, {"account_id", "parent_account_id"})},
          std::move(keys)};
}

PersonTable read_people(CsvTable& table, const KeyIndex& accounts) {
  const Phase phase("people");
  std::vector<std::size_t> order = table.order_by_key("person_id");
  table.check_numbers();
  std::vector<AccountId> account_of(table.size());
  for (const std::size_t row : order)
    account_of[row] = to_id<AccountId>(table.reference(row, "account_id", accounts));
  KeyIndex keys = place(table, "person_id", order);
  return {{gather(table, "person_id", order), gather(account_of, order),
           table.attributes(order, {"person_id", "account_id"})},
          std::move(keys)};
}

GroupTable read_groups(CsvTable& table, const KeyIndex& accounts) {
  const Phase phase("groups");
  std::vector<std::size_t> order = table.order_by_key("group_id");
  table.check_numbers();
  std::vector<AccountId> account_of(table.size());
  std::vector<Timestamp> created(table.size());
  for (const std::size_t row : order) {
    table.require(row, "account_id");
    account_of[row] = to_id<AccountId>(table.reference(row, "account_id", accounts));
    created[row] = table.time(row, "created");
  }
  KeyIndex keys = place(table, "group_id", order);
  Dictionary solutions = distinct(table, "solution", order);
  std::vector<SolutionId> solution_of;
  for (const std::size_t row : order)
    solution_of.push_back(to_id<SolutionId>(solutions.keys.find(table.text(row, "solution"))));
  return {{gather(table, "group_id", order), gather(account_of, order), std::move(solution_of),
           gather(created, order),
           table.attributes(order, {"group_id", "account_id", "solution", "created"})},
          std::move(solutions.names),
          std::move(keys)};
}

namespace {

struct MemberRow {
  GroupId group;
  PersonId person;
  std::string_view role;
  Timestamp since, until;
  MemberSource source;
  std::size_t row;

  auto key() const { return std::tie(group, person, role, since, until, source); }
};

MemberSource read_source(CsvTable& table, std::size_t row, MemberSource unnamed) {
  const std::string_view source = table.text(row, "source");
  if (source == "job") return MemberSource::job;
  if (source == "journey") return MemberSource::journey;
  if (source.empty()) return unnamed;
  if (source != "manual")
    table.reject(row, "source", "this is not a source of memberships",
                 fmt::format("Write manual, journey or job; empty means {}.", to_string(unnamed)));
  return MemberSource::manual;
}

MemberRow read_member(CsvTable& table, std::size_t row, const KeyIndex& groups,
                      const KeyIndex& people, MemberSource unnamed) {
  for (const char* column : {"group_id", "person_id", "role"}) table.require(row, column);
  MemberRow member{to_id<GroupId>(table.reference(row, "group_id", groups)),
                   to_id<PersonId>(table.reference(row, "person_id", people)),
                   table.text(row, "role"),
                   table.time(row, "since"),
                   table.time(row, "until"),
                   read_source(table, row, unnamed),
                   row};
  if (!member.since.is_missing() && !member.until.is_missing() &&
      member.until.utc_day() < member.since.utc_day())
    table.reject(
        row, "until",
        fmt::format("the membership ends before it begins, on {}", to_string(member.since)),
        "Exchange since and until, or correct one.");
  return member;
}

// One person in one role of one group twice on a day. Rows come sorted by key.
void reject_overlaps(CsvTable& table, const std::vector<MemberRow>& members) {
  const MemberRow* longest = nullptr;  // of this person in this role: the one that ends last
  for (const MemberRow& m : members) {
    const bool same = longest != nullptr && longest->group == m.group &&
                      longest->person == m.person && longest->role == m.role;
    if (same && (longest->until.is_missing() || m.since.is_missing() ||
                 m.since.utc_day() <= longest->until.utc_day())) {
      table.reject(m.row, "role",
                   fmt::format("{} already has this role in {} on these days, by row {}",
                               table.text(m.row, "person_id"), table.text(m.row, "group_id"),
                               table.row_number(longest->row)),
                   "Keep one of the two rows, or let one end before the other begins.");
      continue;
    }
    longest = &m;
  }
}

}  // namespace

MemberTable read_members(CsvTable& table, const KeyIndex& groups, const KeyIndex& people,
                         std::size_t group_count, MemberSource source) {
  const Phase phase("members");
  table.check_numbers();
  std::vector<MemberRow> rows;
  for (std::size_t row = 0; row < table.size(); ++row)
    rows.push_back(read_member(table, row, groups, people, source));
  std::erase_if(rows, [&](const MemberRow& m) { return table.is_rejected(m.row); });
  const auto texts = [&](const MemberRow& m) { return table.row_text(m.row); };
  std::ranges::sort(rows, [&](const MemberRow& a, const MemberRow& b) {
    return a.key() != b.key() ? a.key() < b.key() : texts(a) < texts(b);
  });
  reject_overlaps(table, rows);
  std::erase_if(rows, [&](const MemberRow& m) { return table.is_rejected(m.row); });

  std::vector<std::size_t> order;
  for (const MemberRow& m : rows) order.push_back(m.row);
  MemberTable result;
  Dictionary roles = distinct(table, "role", order);
  require_capacity<RoleId>(roles.names.size(), table.file(), "role");
  Memberships& members = result.members;
  members.offsets.assign(group_count + 1, 0);
  for (const MemberRow& m : rows) {
    ++members.offsets[m.group.index() + 1];
    members.people.push_back(m.person);
    members.roles.emplace_back(roles.keys.find(m.role));
    members.sources.push_back(m.source);
    members.since.push_back(m.since);
    members.until.push_back(m.until);
    result.rows.push_back(table.row_number(m.row));
  }
  std::partial_sum(members.offsets.begin(), members.offsets.end(), members.offsets.begin());
  members.attributes =
      table.attributes(order, {"group_id", "person_id", "role", "source", "since", "until"});
  result.roles = std::move(roles.names);
  return result;
}

Outcomes unknown_outcomes(std::size_t group_count) {
  return {std::vector(group_count, Outcome::none),
          std::vector<Timestamp>(group_count),
          std::vector(group_count, std::nan("")),
          {}};
}

Outcomes read_outcomes(CsvTable& table, const KeyIndex& groups, std::size_t group_count) {
  const Phase phase("outcomes");
  const std::vector<std::size_t> order = table.order_by_key("group_id");
  table.check_numbers();
  std::vector<std::size_t> row_of(group_count, CsvTable::no_row);
  Outcomes outcomes = unknown_outcomes(group_count);
  for (const std::size_t row : order) {
    const std::uint32_t group = table.reference(row, "group_id", groups);
    table.require(row, "outcome");
    const Outcome outcome = read_outcome(table, row, "outcome");
    const Timestamp date = table.time(row, "date");
    const double value = table.number(row, "value");
    if (table.is_rejected(row)) continue;
    outcomes.outcome[group] = outcome;
    outcomes.date[group] = date;
    outcomes.value[group] = value;
    row_of[group] = row;
  }
  outcomes.attributes = table.attributes(row_of, {"group_id", "outcome", "date", "value"});
  return outcomes;
}

}  // namespace rolecall
