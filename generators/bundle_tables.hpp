#pragma once

#include "core/world.hpp"
#include "generators/csv_table.hpp"

// One function per table of the CSV bundle, in the order in which the tables refer to each other.
// Each rejects what it cannot use, and leaves the table in the order of its keys.
namespace rolecall {

struct AccountTable {
  Accounts accounts;
  KeyIndex keys;
};
AccountTable read_accounts(CsvTable& table);

struct PersonTable {
  People people;
  KeyIndex keys;
};
PersonTable read_people(CsvTable& table, const KeyIndex& accounts);

struct GroupTable {
  Groups groups;
  TextColumn solutions;
  KeyIndex keys;
};
GroupTable read_groups(CsvTable& table, const KeyIndex& accounts);

struct MemberTable {
  Memberships members;
  TextColumn roles;
  std::vector<std::size_t> rows;  // of the file, for each membership
};
// A row without a source has `source`.
MemberTable read_members(CsvTable& table, const KeyIndex& groups, const KeyIndex& people,
                         std::size_t group_count, MemberSource source = MemberSource::manual);

// Of groups of which nothing is known.
Outcomes unknown_outcomes(std::size_t group_count);

Outcomes read_outcomes(CsvTable& table, const KeyIndex& groups, std::size_t group_count);

}  // namespace rolecall
