#include "generators/csv_bundle.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "core/profile.hpp"
#include "generators/bundle_activities.hpp"
#include "generators/bundle_deals.hpp"
#include "generators/bundle_tables.hpp"
#include "generators/csv_table.hpp"
#include "generators/mapped_file.hpp"
#include "generators/table_rows.hpp"

namespace rolecall {
namespace {

enum class Presence : std::uint8_t { required, optional };

struct FileSpec {
  const char* name;
  Presence presence;
  std::vector<std::string> required_columns;
  std::vector<std::string> optional_columns = {};  // to tell a slip from a custom attribute
};

const std::vector<FileSpec>& bundle_files() {
  static const std::vector<FileSpec> files{
      {"accounts.csv", Presence::required, {"account_id"}, {"parent_account_id"}},
      {"people.csv", Presence::required, {"person_id", "account_id"}},
      {"groups.csv", Presence::required, {"group_id", "account_id", "solution"}, {"created"}},
      {"members.csv",
       Presence::optional,
       {"group_id", "person_id", "role"},
       {"source", "since", "until"}},
      {"activities.csv", Presence::required, {"person_id", "activity", "time"}, {"count"}},
      {"outcomes.csv", Presence::optional, {"group_id", "outcome"}, {"date", "value"}},
      {"deals.csv",
       Presence::optional,
       {"deal_id"},
       {"account_id", "solution", "pipeline", "stage", "opened", "closed", "value", "outcome"}},
      {"deal_contacts.csv", Presence::optional, {"deal_id", "person_id"}, {"role"}},
      {"deal_events.csv", Presence::optional, {"deal_id", "event", "time"}, {"detail"}}};
  return files;
}

// The columns that the readers ask for by name.
std::vector<std::string> columns_of(std::string_view name) {
  for (const FileSpec& spec : bundle_files())
    if (spec.name == name) return spec.required_columns;
  return {};
}

using Files = std::map<std::string, std::unique_ptr<CsvFile>>;

void check_columns(const FileSpec& spec, const CsvFile& file, ProblemList& problems) {
  for (const std::string& column : spec.required_columns)
    if (std::ranges::find(file.columns(), column) == file.columns().end())
      problems.add({.file = spec.name,
                    .row = 1,
                    .field = column,
                    .what = "the header lacks this column",
                    .remedy = fmt::format("It has: {}. Add or rename one.",
                                          fmt::join(file.columns(), ", "))});
}

void require_folder(const std::filesystem::path& folder) {
  if (std::filesystem::is_directory(folder)) return;
  throw InputError(
      {.file = folder.string(),
       .what = std::filesystem::exists(folder) ? "this is not a folder" : "there is no such folder",
       .remedy = "Name a CSV bundle: a folder with accounts.csv, people.csv, "
                 "groups.csv and activities.csv."});
}

// Whether the folder has the file; a problem when it needs one.
bool has_file(const std::filesystem::path& folder, const FileSpec& spec, ProblemList& problems) {
  const std::filesystem::path path = folder / spec.name;
  if (std::filesystem::exists(path)) return true;
  if (spec.presence == Presence::required)
    problems.add({.file = path.string(),
                  .what = "the file is missing, so this folder is not a CSV bundle",
                  .remedy = "A bundle has accounts.csv, people.csv, groups.csv and "
                            "activities.csv; the other files are optional."});
  return false;
}

// Opens every file of the folder and checks the headers; reports all that is missing.
Files open_bundle(const std::filesystem::path& folder, std::size_t part_bytes) {
  require_folder(folder);
  Files files;
  ProblemList problems;
  for (const FileSpec& spec : bundle_files()) {
    if (!has_file(folder, spec, problems)) continue;
    try {
      auto file = std::make_unique<CsvFile>(folder / spec.name, part_bytes);
      check_columns(spec, *file, problems);
      files.emplace(spec.name, std::move(file));
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) problems.add(problem);
    }
  }
  problems.throw_if_any();
  return files;
}

// A column that is nearly a known one is kept as an attribute, as the format says, but a slip there
// would silently lose a date or a parent.
void warn_of_slips(const Files& files, std::vector<std::string>& warnings) {
  for (const FileSpec& spec : bundle_files()) {
    const auto file = files.find(spec.name);
    if (file == files.end()) continue;
    for (const std::string& known : spec.optional_columns) {
      const auto& columns = file->second->columns();
      if (std::ranges::find(columns, known) != columns.end()) continue;
      for (const std::string& column : columns)
        if (nearest(column, {known}) == known &&
            std::ranges::find(spec.required_columns, column) == spec.required_columns.end())
          warnings.push_back(
              fmt::format("{}: column '{}' is kept as a custom attribute; if it is "
                          "meant as '{}', rename it.",
                          spec.name, column, known));
    }
  }
}

struct FileSize {
  double rows = 0, bytes = 0;
};

// Rows by the mean length of the lines in three places of the file; a small file is counted whole.
FileSize estimate_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string_view text = file.bytes();
  constexpr std::size_t places = 3, sample_bytes = std::size_t{1} << 16;
  double lines = 0, sampled = 0;
  for (std::size_t k = 0; k < places; ++k) {
    const std::size_t begin = text.size() * k / places, end = text.size() * (k + 1) / places;
    const std::string_view sample = text.substr(begin, std::min(end - begin, sample_bytes));
    lines += static_cast<double>(std::ranges::count(sample, '\n'));
    sampled += static_cast<double>(sample.size());
  }
  const auto bytes = static_cast<double>(text.size());
  return {std::max(0., std::round(bytes * lines / std::max(1., sampled)) - 1), bytes};  // no header
}

}  // namespace

CsvBundle import_csv_bundle(const std::filesystem::path& folder, const CsvBundleOptions& options,
                            Progress* progress) {
  const Phase phase("import the bundle");
  Progress silent;
  ImportContext context{
      options.on_error, progress != nullptr ? *progress : silent,
      ProblemList(options.on_error == OnError::skip ? std::numeric_limits<std::size_t>::max()
                                                    : 10'000)};
  const Files files = open_bundle(folder, options.part_bytes);
  warn_of_slips(files, context.warnings);
  if (!files.contains("members.csv"))
    context.warnings.emplace_back("there is no members.csv, so no group has members.");
  const auto table = [&](const char* name) {
    const auto file = files.find(name);
    return file == files.end() ? CsvTable(name, columns_of(name), context)
                               : CsvTable(*file->second, context);
  };

  CsvBundle bundle;
  World& world = bundle.world;
  CsvTable account_rows = table("accounts.csv");
  AccountTable accounts = read_accounts(account_rows);
  CsvTable person_rows = table("people.csv");
  PersonTable people = read_people(person_rows, accounts.keys);
  CsvTable group_rows = table("groups.csv");
  GroupTable groups = read_groups(group_rows, accounts.keys);
  const std::size_t group_count = groups.groups.size();
  CsvTable member_rows = table("members.csv");
  MemberTable members = read_members(member_rows, groups.keys, people.keys, group_count);
  world.activities =
      read_activities(*files.at("activities.csv"), people.keys, people.people.size(), context);
  CsvTable outcome_rows = table("outcomes.csv");
  world.outcomes = read_outcomes(outcome_rows, groups.keys, group_count);
  CsvTable deal_rows = table("deals.csv");
  DealTable deals = read_deals(deal_rows, accounts.keys);
  CsvTable contact_rows = table("deal_contacts.csv");
  DealContactTable contacts =
      read_deal_contacts(contact_rows, deals.keys, people.keys, deals.deals.size());
  CsvTable event_rows = table("deal_events.csv");
  world.deal_events = read_deal_events(event_rows, deals.keys, deals.deals.size());
  if (options.on_error == OnError::stop) context.problems.throw_if_any();

  world.accounts = std::move(accounts.accounts);
  world.people = std::move(people.people);
  world.groups = std::move(groups.groups);
  world.members = std::move(members.members);
  world.deals = std::move(deals.deals);
  world.deal_contacts = std::move(contacts.contacts);
  world.solutions = unite(groups.solutions, world.groups.solutions, deals.solutions,
                          world.deals.solutions, "deals.csv", "solution");
  world.roles = unite(members.roles, world.members.roles, contacts.roles, world.deal_contacts.roles,
                      "deal_contacts.csv", "role");
  bundle.rejects = context.problems.kept();
  bundle.warnings = std::move(context.warnings);
  return bundle;
}

WorldSize estimate_csv_bundle(const std::filesystem::path& folder) {
  require_folder(folder);
  WorldSize size;
  const std::map<std::string_view, double*> rows{{"accounts.csv", &size.accounts},
                                                 {"people.csv", &size.people},
                                                 {"groups.csv", &size.groups},
                                                 {"members.csv", &size.members},
                                                 {"activities.csv", &size.activities}};
  ProblemList problems;
  for (const FileSpec& spec : bundle_files()) {
    if (!has_file(folder, spec, problems)) continue;
    const FileSize file = estimate_file(folder / spec.name);
    if (const auto count = rows.find(spec.name); count != rows.end()) *count->second = file.rows;
    (spec.name == std::string_view("activities.csv") ? size.log_bytes : size.table_bytes) +=
        file.bytes;
  }
  problems.throw_if_any();
  return size;
}

}  // namespace rolecall
