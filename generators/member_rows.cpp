#include "generators/member_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

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

void require_columns(const CsvFile& file) {
  ProblemList problems;
  for (const char* column : {"group_id", "person_id", "role"})
    if (std::ranges::find(file.columns(), column) == file.columns().end())
      problems.add({.file = file.name(),
                    .row = 1,
                    .field = column,
                    .what = "the header lacks this column",
                    .remedy = fmt::format("It has: {}. Add or rename one.",
                                          fmt::join(file.columns(), ", "))});
  problems.throw_if_any();
}

}  // namespace

MemberRows read_member_rows(const std::filesystem::path& csv, const World& world,
                            MemberSource source, OnError on_error) {
  const CsvFile file(csv);
  require_columns(file);
  Progress silent;
  ImportContext context{
      on_error, silent,
      ProblemList(on_error == OnError::skip ? std::numeric_limits<std::size_t>::max() : 10'000)};
  CsvTable table(file, context);
  MemberTable members = read_members(table, rows_by_id(world.groups.ids),
                                     rows_by_id(world.people.ids), world.groups.size(), source);
  if (on_error == OnError::stop) context.problems.throw_if_any();
  return {std::move(members.members), std::move(members.roles), std::move(members.rows),
          context.problems.kept()};
}

}  // namespace rolecall
