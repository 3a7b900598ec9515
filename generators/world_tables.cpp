#include "generators/world_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "generators/bundle_activities.hpp"
#include "generators/bundle_deals.hpp"
#include "generators/bundle_tables.hpp"
#include "generators/table_rows.hpp"
#include "generators/table_spec.hpp"

namespace rolecall {
namespace {

CsvTable read_table(const TableSources& sources, const char* name, ImportContext& context) {
  const auto file = sources.files.find(name);
  if (file != sources.files.end()) return CsvTable(*file->second, context);
  return CsvTable(sources.absent(name), find_table_spec(name)->required, context);
}

// An account for each that a deal names, with nothing else known of it.
AccountTable accounts_of(const CsvTable& deals) {
  std::vector<std::size_t> rows(deals.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  Dictionary named = distinct(deals, "account_id", rows, EmptyText::is_none);
  std::vector<AccountId> parents(named.names.size());
  return {{std::move(named.names), std::move(parents), {}}, std::move(named.keys)};
}

}  // namespace

void check_columns(const TableSpec& spec, const RowSource& file, ProblemList& problems) {
  std::vector<std::string> required = spec.required;
  required.insert(required.end(), spec.also_in_bundle.begin(), spec.also_in_bundle.end());
  for (const std::string& column : required)
    if (std::ranges::find(file.columns(), column) == file.columns().end())
      problems.add({.file = file.name(),
                    .row = 1,
                    .field = column,
                    .what = "the header lacks this column",
                    .remedy = fmt::format("It has: {}. Add or rename one.",
                                          fmt::join(file.columns(), ", "))});
}

CsvBundle import_tables(const TableSources& sources, ImportContext& context) {
  const auto table = [&](const char* name) { return read_table(sources, name, context); };
  CsvBundle bundle;
  World& world = bundle.world;
  CsvTable account_rows = table("accounts");
  CsvTable deal_rows = table("deals");
  AccountTable accounts = sources.accounts == AccountsFrom::deals ? accounts_of(deal_rows)
                                                                  : read_accounts(account_rows);
  CsvTable person_rows = table("people");
  PersonTable people = read_people(person_rows, accounts.keys);
  CsvTable group_rows = table("groups");
  GroupTable groups = read_groups(group_rows, accounts.keys);
  const std::size_t group_count = groups.groups.size();
  CsvTable member_rows = table("members");
  MemberTable members = read_members(member_rows, groups.keys, people.keys, group_count);
  const auto log = sources.files.find("activities");
  if (log != sources.files.end())
    world.activities = read_activities(*log->second, people.keys, people.people.size(), context);
  else
    world.activities.offsets.assign(people.people.size() + 1, 0);
  CsvTable outcome_rows = table("outcomes");
  world.outcomes = read_outcomes(outcome_rows, groups.keys, group_count);
  DealTable deals = read_deals(deal_rows, accounts.keys);
  const std::size_t deal_count = deals.deals.size();
  CsvTable contact_rows = table("deal_contacts");
  DealContactTable contacts = read_deal_contacts(contact_rows, deals.keys, people.keys, deal_count);
  CsvTable event_rows = table("deal_events");
  world.deal_events = read_deal_events(event_rows, deals.keys, deal_count);
  if (context.on_error == OnError::stop) context.problems.throw_if_any();

  world.accounts = std::move(accounts.accounts);
  world.people = std::move(people.people);
  world.groups = std::move(groups.groups);
  world.members = std::move(members.members);
  world.deals = std::move(deals.deals);
  world.deal_contacts = std::move(contacts.contacts);
  world.solutions = unite(groups.solutions, world.groups.solutions, deals.solutions,
                          world.deals.solutions, deal_rows.file(), "solution");
  world.roles = unite(members.roles, world.members.roles, contacts.roles, world.deal_contacts.roles,
                      contact_rows.file(), "role");
  bundle.rejects = context.problems.kept();
  bundle.notes = std::move(context.notes);
  bundle.warnings = std::move(context.warnings);
  return bundle;
}

ImportContext make_context(const CsvBundleOptions& options, Progress& progress) {
  return {options.on_error, progress,
          ProblemList(options.on_error == OnError::skip ? std::numeric_limits<std::size_t>::max()
                                                        : 10'000)};
}

}  // namespace rolecall
