#include "generators/bundle_deals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/profile.hpp"
#include "generators/table_rows.hpp"

namespace rolecall {
namespace {

// By days when one of the two is a date alone.
bool is_before(Timestamp a, Timestamp b) {
  if (a.is_missing() || b.is_missing()) return false;
  if (a.is_date_only() || b.is_date_only()) return a.utc_day() < b.utc_day();
  return a < b;
}

// Where the rows of each deal begin.
template <class Row>
std::vector<std::uint64_t> offsets_of(const std::vector<Row>& rows, std::size_t deal_count) {
  std::vector<std::uint64_t> offsets(deal_count + 1, 0);
  for (const Row& row : rows) ++offsets[row.deal.index() + 1];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  return offsets;
}

// Leaves out what was rejected; rows of equal keys go by all that the file says of them, so that
// its order leaves no trace.
template <class Row>
void sort_rows(const CsvTable& table, std::vector<Row>& rows) {
  std::erase_if(rows, [&](const Row& r) { return table.is_rejected(r.row); });
  std::ranges::sort(rows, [&](const Row& a, const Row& b) {
    return a.key() != b.key() ? a.key() < b.key() : table.row_text(a.row) < table.row_text(b.row);
  });
}

template <class Row>
std::vector<std::size_t> file_rows(const std::vector<Row>& rows) {
  std::vector<std::size_t> numbers;
  for (const Row& row : rows) numbers.push_back(row.row);
  return numbers;
}

struct ContactRow {
  DealId deal;
  PersonId person;
  bool without_role;  // these come last, as RoleId has it
  std::string_view role;
  std::size_t row;

  auto key() const { return std::tie(deal, person, without_role, role); }
};

void reject_repeated(CsvTable& table, std::vector<ContactRow>& rows) {
  for (std::size_t i = 1, first = 0; i < rows.size(); ++i) {
    if (rows[i].key() != rows[first].key()) {
      first = i;
      continue;
    }
    table.reject(rows[i].row, "role",
                 fmt::format("{} already has this role in {}, by row {}",
                             table.text(rows[i].row, "person_id"),
                             table.text(rows[i].row, "deal_id"), table.row_number(rows[first].row)),
                 "Keep one of the two rows.");
  }
  std::erase_if(rows, [&](const ContactRow& r) { return table.is_rejected(r.row); });
}

struct EventRow {
  DealId deal;
  Timestamp time;
  std::string_view type, detail;
  std::size_t row;

  auto key() const { return std::tie(deal, time, type, detail); }
};

}  // namespace

DealTable read_deals(CsvTable& table, const KeyIndex& accounts) {
  const Phase phase("deals");
  std::vector<std::size_t> order = table.order_by_key("deal_id");
  table.check_numbers();
  std::vector<AccountId> account(table.size());
  std::vector<Timestamp> opened(table.size()), closed(table.size());
  std::vector<double> value(table.size());
  std::vector<Outcome> outcome(table.size());
  for (const std::size_t row : order) {
    account[row] = to_id<AccountId>(table.reference(row, "account_id", accounts));
    opened[row] = table.time(row, "opened");
    closed[row] = table.time(row, "closed");
    value[row] = table.number(row, "value");
    outcome[row] = read_outcome(table, row, "outcome");
    if (is_before(closed[row], opened[row]))
      table.reject(row, "closed",
                   fmt::format("the deal closes before it opens, on {}", to_string(opened[row])),
                   "Exchange opened and closed, or correct one.");
  }
  DealTable result{{}, {}, place(table, "deal_id", order)};
  Dictionary solutions = distinct(table, "solution", order, EmptyText::is_none);
  Deals& deals = result.deals;
  deals.ids = gather(table, "deal_id", order);
  deals.accounts = gather(account, order);
  for (const std::size_t row : order)
    deals.solutions.push_back(to_id<SolutionId>(solutions.keys.find(table.text(row, "solution"))));
  deals.pipelines = gather(table, "pipeline", order);
  deals.stages = gather(table, "stage", order);
  deals.opened = gather(opened, order);
  deals.closed = gather(closed, order);
  deals.values = gather(value, order);
  deals.outcomes = gather(outcome, order);
  deals.attributes = table.attributes(order, {"deal_id", "account_id", "solution", "pipeline",
                                              "stage", "opened", "closed", "value", "outcome"});
  result.solutions = std::move(solutions.names);
  return result;
}

DealContactTable read_deal_contacts(CsvTable& table, const KeyIndex& deals, const KeyIndex& people,
                                    std::size_t deal_count) {
  const Phase phase("deal contacts");
  table.check_numbers();
  std::vector<ContactRow> rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (const char* column : {"deal_id", "person_id"}) table.require(row, column);
    const std::string_view role = table.text(row, "role");
    rows.push_back({to_id<DealId>(table.reference(row, "deal_id", deals)),
                    to_id<PersonId>(table.reference(row, "person_id", people)), role.empty(), role,
                    row});
  }
  sort_rows(table, rows);
  reject_repeated(table, rows);
  const std::vector<std::size_t> order = file_rows(rows);
  Dictionary roles = distinct(table, "role", order, EmptyText::is_none);
  require_capacity<RoleId>(roles.names.size(), table.file(), "role");
  DealContactTable result;
  result.contacts.offsets = offsets_of(rows, deal_count);
  for (const ContactRow& r : rows) {
    result.contacts.people.push_back(r.person);
    result.contacts.roles.push_back(to_id<RoleId>(roles.keys.find(r.role)));
  }
  result.contacts.attributes = table.attributes(order, {"deal_id", "person_id", "role"});
  result.roles = std::move(roles.names);
  return result;
}

DealEvents read_deal_events(CsvTable& table, const KeyIndex& deals, std::size_t deal_count) {
  const Phase phase("deal events");
  table.check_numbers();
  std::vector<EventRow> rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (const char* column : {"deal_id", "event", "time"}) table.require(row, column);
    rows.push_back({to_id<DealId>(table.reference(row, "deal_id", deals)), table.time(row, "time"),
                    table.text(row, "event"), table.text(row, "detail"), row});
  }
  sort_rows(table, rows);
  const std::vector<std::size_t> order = file_rows(rows);
  Dictionary types = distinct(table, "event", order);
  require_capacity<DealEventTypeId>(types.names.size(), table.file(), "event");
  DealEvents events;
  events.offsets = offsets_of(rows, deal_count);
  for (const EventRow& r : rows) {
    events.times.push_back(r.time);
    events.types.emplace_back(types.keys.find(r.type));
  }
  events.details = gather(table, "detail", order);
  events.attributes = table.attributes(order, {"deal_id", "event", "time", "detail"});
  events.type_names = std::move(types.names);
  return events;
}

}  // namespace rolecall
