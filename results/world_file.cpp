#include "results/world_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "results/content_file.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"
#include "results/world_check.hpp"
#include "results/world_content.hpp"

namespace rolecall {
namespace {

constexpr std::size_t grain = std::size_t{1} << 16;
constexpr std::int64_t micros_per_day = 86'400'000'000;

template <class To, class From>
std::vector<To> converted(const std::vector<From>& values) {
  std::vector<To> ids(values.size());
  parallel::for_blocks(values.size(), grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if constexpr (std::is_enum_v<To>)
        ids[i] = static_cast<To>(values[i]);
      else if (values[i] != static_cast<From>(-1))
        ids[i] = To{static_cast<std::size_t>(values[i])};
    }
  });
  return ids;
}

// Reads the tables of a world file, each column checked as it comes.
class WorldReader {
 public:
  explicit WorldReader(const Hdf5Reader& file) : file_(file) {}

  TextColumn keys(const std::string& item) const {
    TextColumn texts = file_.read_texts(item);
    check(item).ascends(texts);
    return texts;
  }

  template <class IdType, class T>
  std::vector<IdType> rows_of(const std::string& item, std::size_t limit,
                              std::string_view table) const {
    const std::vector<T> values = file_.read<T>(item);
    check(item).refers_below(values, std::min(limit, IdType::capacity), table);
    return converted<IdType>(values);
  }

  std::vector<AccountId> accounts_or_none(const std::string& item, std::size_t limit) const {
    const auto values = file_.read<std::int32_t>(item);
    check(item).refers_below_or_none(values, limit, "accounts");
    return converted<AccountId>(values);
  }

  template <class Enum>
  std::vector<Enum> codes(const std::string& item, Enum last) const {
    const auto values = file_.read<std::uint8_t>(item);
    check(item).every(
        values.size(), [&](std::size_t i) { return values[i] <= static_cast<std::uint8_t>(last); },
        "is no code that docs/format.md lists");
    return converted<Enum>(values);
  }

  std::vector<Timestamp> times(const std::string& item) const {
    const auto micros = file_.read<std::int64_t>(item);
    check(item).are_times(micros);
    const std::string date_item = item + "_date_only";
    std::vector<std::uint8_t> is_date;
    if (file_.has(date_item)) {
      is_date = file_.read<std::uint8_t>(date_item);
      check(date_item).has_rows(is_date.size(), micros.size(), item);
      check(date_item).every(
          micros.size(),
          [&](std::size_t i) {
            return is_date[i] == 0 || (is_date[i] == 1 && micros[i] % micros_per_day == 0);
          },
          "is neither 0 nor 1, or marks a time that is not midnight");
    }
    std::vector<Timestamp> times(micros.size());
    parallel::for_blocks(micros.size(), grain, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (micros[i] == std::numeric_limits<std::int64_t>::min()) continue;
        const std::int64_t date_bit = is_date.empty() ? 0 : is_date[i];
        times[i] = Timestamp::from_bits(micros[i] * 2 + date_bit);
      }
    });
    return times;
  }

  Attributes attributes(const std::string& table, std::size_t rows) const {
    Attributes attributes;
    const std::string group = table + "/attributes";
    for (const std::string& link : file_.links(group)) {
      const std::string item = group + "/" + link;
      Attribute attribute{unescape_link(link), {}};
      if (file_.dataset(item).type == ElementType::text)
        attribute.values = file_.read_texts(item);
      else
        attribute.values = file_.read<double>(item);
      check(item).has_rows(std::visit([](const auto& v) { return v.size(); }, attribute.values),
                           rows, table);
      attributes.push_back(std::move(attribute));
    }
    std::ranges::sort(attributes, {}, &Attribute::name);
    if (const auto twin = std::ranges::adjacent_find(attributes, {}, &Attribute::name);
        twin != attributes.end())
      file_.refuse(group, "two columns have the name '" + twin->name + "'");
    return attributes;
  }

  DatasetCheck check(const std::string& item) const { return {file_, item}; }

  const Hdf5Reader& file() const { return file_; }

 private:
  const Hdf5Reader& file_;
};

Accounts read_accounts(const WorldReader& in) {
  Accounts accounts;
  accounts.ids = in.keys("accounts/account_id");
  accounts.parents = in.accounts_or_none("accounts/parent", accounts.size());
  in.check("accounts/parent").has_rows(accounts.parents.size(), accounts.size(), "accounts");
  check_forest(in.file(), accounts);
  accounts.attributes = in.attributes("accounts", accounts.size());
  return accounts;
}

People read_people(const WorldReader& in, const World& world) {
  People people;
  people.ids = in.keys("people/person_id");
  people.accounts = in.accounts_or_none("people/account", world.accounts.size());
  in.check("people/account").has_rows(people.accounts.size(), people.size(), "people");
  people.attributes = in.attributes("people", people.size());
  return people;
}

Groups read_groups(const WorldReader& in, const World& world) {
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
  return world;
}

}  // namespace rolecall
