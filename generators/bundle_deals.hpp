#pragma once

#include "core/world.hpp"
#include "generators/csv_table.hpp"

// The tables of deals, read as those of bundle_tables.hpp are.
namespace rolecall {

struct DealTable {
  Deals deals;
  TextColumn solutions;
  KeyIndex keys;
};
DealTable read_deals(CsvTable& table, const KeyIndex& accounts);

struct DealContactTable {
  DealContacts contacts;
  TextColumn roles;
};
DealContactTable read_deal_contacts(CsvTable& table, const KeyIndex& deals, const KeyIndex& people,
                                    std::size_t deal_count);

DealEvents read_deal_events(CsvTable& table, const KeyIndex& deals, std::size_t deal_count);

}  // namespace rolecall
