#include "generators/added_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

#include "core/error.hpp"
#include "generators/bundle_tables.hpp"
#include "generators/table_rows.hpp"

namespace rolecall {
namespace {

KeyIndex rows_by_id(const TextColumn& ids) {
  KeyIndex keys;
  keys.reserve(ids.size());
  for (std::size_t row = 0; row < ids.size(); ++row)
    keys.insert(ids[row], static_cast<std::uint32_t>(row));
  return keys;
}

// Where a membership comes from, beside what orders it.
struct Row {
  GroupId group;
  PersonId person;
  RoleId role;
  Timestamp since, until;
  MemberSource source;
  const Memberships* from;
  std::size_t index;

  auto key() const { return std::tie(group, person, role, since, until, source); }
};

void append(std::vector<Row>& rows, const Memberships& from) {
  for (std::size_t g = 0; g + 1 < from.offsets.size(); ++g)
    for (std::size_t m = from.offsets[g]; m < from.offsets[g + 1]; ++m)
      rows.push_back({GroupId{g}, from.people[m], from.roles[m], from.since[m], from.until[m],
                      from.sources[m], &from, m});
}

// A person twice in a role of a group on one day. Rows come sorted by key.
void refuse_overlaps(const World& world, const std::vector<Row>& rows, const TextColumn& roles,
                     const std::string& file) {
  ProblemList problems;
  const Row* longest = nullptr;  // of this person in this role: the one that ends last
  for (const Row& row : rows) {
    const bool same = longest != nullptr && longest->group == row.group &&
                      longest->person == row.person && longest->role == row.role;
    if (same && (longest->until.is_missing() || row.since.is_missing() ||
                 row.since.utc_day() <= longest->until.utc_day()))
      problems.add(
          {.file = file,
           .field = "person_id",
           .value = std::string(world.people.ids[row.person.index()]),
           .what = fmt::format("already is {} in {} on these days", roles[row.role.index()],
                               world.groups.ids[row.group.index()]),
           .remedy = "Leave the row out, or let one end before the other begins."});
    else
      longest = &row;
  }
  problems.throw_if_any();
}

// The values of one attribute for each row; missing where the row's origin has no such attribute.
template <class Values>
Values column_of(const std::string& name, const std::vector<Row>& rows, const std::string& file) {
  Values values;
  for (const Row& row : rows) {
    const Attribute* from = find(row.from->attributes, name);
    const Values* column = from != nullptr ? std::get_if<Values>(&from->values) : nullptr;
    if (from != nullptr && column == nullptr)
      throw InputError({.file = file,
                        .field = name,
                        .what = "this column has numbers on one side, and texts on the other",
                        .remedy = "Rename the column of the file."});
    if constexpr (std::is_same_v<Values, TextColumn>)
      values.push_back(column != nullptr ? (*column)[row.index] : std::string_view());
    else
      values.push_back(column != nullptr ? (*column)[row.index] : std::nan(""));
  }
  return values;
}

Attributes merge_attributes(const Memberships& old_rows, const Memberships& new_rows,
                            const std::vector<Row>& rows, const std::string& file) {
  std::set<std::string> names;
  for (const Memberships* side : {&old_rows, &new_rows})
    for (const Attribute& attribute : side->attributes) names.insert(attribute.name);
  Attributes merged;
  for (const std::string& name : names) {
    const Attribute* some = find(old_rows.attributes, name);
    if (some == nullptr) some = find(new_rows.attributes, name);
    if (std::holds_alternative<TextColumn>(some->values))
      merged.push_back({name, column_of<TextColumn>(name, rows, file)});
    else
      merged.push_back({name, column_of<std::vector<double>>(name, rows, file)});
  }
  return merged;
}

}  // namespace

void add_members(World& world, const std::filesystem::path& csv) {
  const CsvFile file(csv);
  Progress silent;
  ImportContext context{OnError::stop, silent, ProblemList()};
  CsvTable table(file, context);
  MemberTable added = read_members(table, rows_by_id(world.groups.ids),
                                   rows_by_id(world.people.ids), world.groups.size());
  context.problems.throw_if_any();

  std::vector<RoleId> role_of;  // of each role of the world, its id among the roles of both
  for (std::size_t r = 0; r < world.roles.size(); ++r) role_of.emplace_back(r);
  TextColumn roles =
      unite(world.roles, role_of, added.roles, added.members.roles, file.name(), "role");
  std::vector<Row> rows;
  append(rows, world.members);
  for (Row& row : rows) row.role = role_of[row.role.index()];
  append(rows, added.members);
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a.key() < b.key(); });
  refuse_overlaps(world, rows, roles, file.name());

  Memberships merged;
  merged.attributes = merge_attributes(world.members, added.members, rows, file.name());
  merged.offsets.assign(world.groups.size() + 1, 0);
  for (const Row& row : rows) {
    ++merged.offsets[row.group.index() + 1];
    merged.people.push_back(row.person);
    merged.roles.push_back(row.role);
    merged.sources.push_back(row.source);
    merged.since.push_back(row.since);
    merged.until.push_back(row.until);
  }
  std::partial_sum(merged.offsets.begin(), merged.offsets.end(), merged.offsets.begin());
  for (RoleId& role : world.deal_contacts.roles)
    if (role) role = role_of[role.index()];
  world.members = std::move(merged);
  world.roles = std::move(roles);
}

}  // namespace rolecall
