#include "results/world_file.hpp"

#include <cmath>

#include "core/profile.hpp"
#include "results/content_file.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"
#include "results/world_content.hpp"
#include "results/world_reader.hpp"

namespace rolecall {
namespace {

Accounts read_accounts(const WorldReader& in) {
  const Phase phase("accounts");
  Accounts accounts;
  accounts.ids = in.keys("accounts/account_id");
  accounts.parents = in.accounts_or_none("accounts/parent", accounts.size());
  in.check("accounts/parent").has_rows(accounts.parents.size(), accounts.size(), "accounts");
  check_forest(in.file(), accounts);
  accounts.attributes = in.attributes("accounts", accounts.size());
  return accounts;
}

People read_people(const WorldReader& in, const World& world) {
  const Phase phase("people");
  People people;
  people.ids = in.keys("people/person_id");
  people.accounts = in.accounts_or_none("people/account", world.accounts.size());
  in.check("people/account").has_rows(people.accounts.size(), people.size(), "people");
  people.attributes = in.attributes("people", people.size());
  return people;
}

Groups read_groups(const WorldReader& in, const World& world) {
  const Phase phase("groups");
  Groups groups;
  groups.ids = in.keys("groups/group_id");
  groups.accounts =
      in.rows_of<AccountId, std::int32_t>("groups/account", world.accounts.size(), "accounts");
  groups.solutions =
      in.rows_of<SolutionId, std::int32_t>("groups/solution", world.solutions.size(), "solutions");
  groups.created = in.times("groups/created");
  in.check("groups/account").has_rows(groups.accounts.size(), groups.size(), "groups");
  in.check("groups/solution").has_rows(groups.solutions.size(), groups.size(), "groups");
  in.check("groups/created").has_rows(groups.created.size(), groups.size(), "groups");
  groups.attributes = in.attributes("groups", groups.size());
  return groups;
}

Memberships read_members(const WorldReader& in, const World& world) {
  const Phase phase("members");
  Memberships members;
  members.people =
      in.rows_of<PersonId, std::int32_t>("members/person", world.people.size(), "people");
  members.roles = in.rows_of<RoleId, std::uint16_t>("members/role", world.roles.size(), "roles");
  members.sources = in.codes("members/source", MemberSource::manual);
  members.since = in.times("members/since");
  members.until = in.times("members/until");
  members.offsets = in.file().read<std::uint64_t>("members/offsets");
  in.check("members/role").has_rows(members.roles.size(), members.size(), "members/person");
  in.check("members/source").has_rows(members.sources.size(), members.size(), "members/person");
  in.check("members/since").has_rows(members.since.size(), members.size(), "members/person");
  in.check("members/until").has_rows(members.until.size(), members.size(), "members/person");
  in.check("members/offsets").partitions(members.offsets, world.groups.size(), members.size());
  check_order(in.file(), members);
  members.attributes = in.attributes("members", members.size());
  return members;
}

ActivityLog read_activities(const WorldReader& in, const World& world) {
  const Phase phase("activities");
  ActivityLog log;
  log.type_names = in.keys("activities/type_name");
  log.times = in.times("activities/time");
  in.check("activities/time")
      .every(
          log.size(), [&](std::size_t i) { return !log.times[i].is_missing(); }, "is missing");
  log.types = in.rows_of<ActivityTypeId, std::uint16_t>("activities/type", log.type_names.size(),
                                                        "activities/type_name");
  in.check("activities/type").has_rows(log.types.size(), log.size(), "activities/time");
  if (in.file().has("activities/count")) {
    log.counts = in.file().read<std::uint64_t>("activities/count");
    in.check("activities/count").has_rows(log.counts.size(), log.size(), "activities/time");
    in.check("activities/count")
        .every(
            log.size(), [&](std::size_t i) { return log.counts[i] >> 63 == 0; },
            "is not below 2^63");
  }
  log.offsets = in.file().read<std::uint64_t>("activities/offsets");
  in.check("activities/offsets").partitions(log.offsets, world.people.size(), log.size());
  check_order(in.file(), log);
  log.attributes = in.attributes("activities", log.size());
  return log;
}

Outcomes read_outcomes(const WorldReader& in, const World& world) {
  const Phase phase("outcomes");
  Outcomes outcomes;
  outcomes.outcome = in.codes("outcomes/outcome", Outcome::lost);
  outcomes.date = in.times("outcomes/date");
  outcomes.value = in.file().read<double>("outcomes/value");
  const std::size_t groups = world.groups.size();
  in.check("outcomes/outcome").has_rows(outcomes.outcome.size(), groups, "groups");
  in.check("outcomes/date").has_rows(outcomes.date.size(), groups, "groups");
  in.check("outcomes/value").has_rows(outcomes.value.size(), groups, "groups");
  in.check("outcomes/value")
      .every(
          groups, [&](std::size_t g) { return !std::isinf(outcomes.value[g]); }, "is infinite");
  outcomes.attributes = in.attributes("outcomes", groups);
  return outcomes;
}

}  // namespace

std::string write_world(const World& world, const std::string& path, const Provenance& provenance,
                        Overwrite overwrite) {
  return write_content(world_content(world), path, provenance, overwrite);
}

World read_world(const std::string& path) {
  const Phase phase("read the world");
  const Hdf5Reader file(path);
  require_format(file, world_format, world_version);
  const WorldReader in(file);
  World world;
  world.accounts = read_accounts(in);
  world.people = read_people(in, world);
  world.solutions = in.keys("solutions/name");
  world.roles = in.keys("roles/name");
  world.groups = read_groups(in, world);
  world.members = read_members(in, world);
  world.activities = read_activities(in, world);
  world.outcomes = read_outcomes(in, world);
  if (file.has("deals")) read_deals(in, world);
  if (file.has("truth")) world.truth = read_truth(in, world);
  return world;
}

WorldSize measure_world(const std::string& path) {
  const Hdf5Reader file(path);
  require_format(file, world_format, world_version);
  const auto rows = [&](const char* item) {
    return static_cast<double>(file.dataset(item).elements());
  };
  WorldSize size{.accounts = rows("accounts/account_id"),
                 .people = rows("people/person_id"),
                 .groups = rows("groups/group_id"),
                 .members = rows("members/person"),
                 .activities = rows("activities/time")};
  constexpr std::uint64_t place_bytes = 8;  // where a text begins
  for (const DatasetInfo& info : file.datasets()) {
    const std::uint64_t place = info.type == ElementType::text ? place_bytes : 0;
    const bool of_log = (info.path.starts_with("activities/") || info.path == "truth/origin") &&
                        static_cast<double>(info.elements()) == size.activities;
    (of_log ? size.log_bytes : size.table_bytes) +=
        static_cast<double>(info.elements() * (info.element_bytes + place));
  }
  return size;
}

}  // namespace rolecall
