#include "results/world_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/error.hpp"
#include "random_world.hpp"
#include "results/content_file.hpp"
#include "results/digest.hpp"
#include "results/hdf5_writer.hpp"
#include "results/world_content.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using testing::expect_equal;
using ::testing::HasSubstr;
using testing::random_world;
using testing::slurp;
using testing::spill;
using testing::TempFolder;

std::string error_of(const std::string& path) {
  try {
    read_world(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(WorldFile, RoundTripsRandomWorlds) {
  const TempFolder folder;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    const World world = random_world(seed);
    const std::string path = folder / (std::to_string(seed) + ".h5");
    const std::string digest = write_world(world, path, {});
    expect_equal(read_world(path), world);
    EXPECT_EQ(content_digest(path), digest);
    EXPECT_EQ(content_digest(world), digest);
    EXPECT_EQ(find_altered_dataset(path), std::nullopt);
  }
}

TEST(WorldFile, RoundTripsTheEmptyWorld) {
  const TempFolder folder;
  const std::string digest = write_world({}, folder / "empty.h5", {});
  expect_equal(read_world(folder / "empty.h5"), World{});
  EXPECT_EQ(content_digest(folder / "empty.h5"), digest);
}

TEST(WorldFile, RoundTripsSeveralChunks) {
  const TempFolder folder;
  const World world = random_world(1, 70'000, 200'000);
  write_world(world, folder / "world.h5", {});
  expect_equal(read_world(folder / "world.h5"), world);
}

TEST(WorldFile, WithoutDealsHasNoTraceOfThem) {
  World world = random_world(1);
  const std::string with = content_digest(world);
  world.deals = {};
  world.deal_contacts = {};
  world.deal_events = {};
  EXPECT_NE(content_digest(world), with);
  for (const Dataset& dataset : world_content(world).datasets)
    EXPECT_FALSE(dataset.path.starts_with("deals")) << dataset.path;
}

TEST(WorldFile, IsMeasuredByItsShapes) {
  const TempFolder folder;
  for (const std::uint64_t seed : {0, 1}) {
    const World world = random_world(seed);
    write_world(world, folder / "world.h5", {}, Overwrite::yes);
    const WorldSize size = measure_world(folder / "world.h5");
    EXPECT_EQ(size.people, static_cast<double>(world.people.size()));
    EXPECT_EQ(size.activities, static_cast<double>(world.activities.size()));
    // The columns of deals are among the rest.
    const std::uint64_t column = world.deals.size() * sizeof(double);
    EXPECT_GE(size.table_bytes, static_cast<double>(column));
  }
}

TEST(WorldFile, DoesNotWriteCountsThatAreAllOne) {
  const TempFolder folder;
  World world = random_world(2);
  const std::string digest = content_digest(world);
  world.activities.counts.assign(world.activities.size(), 1);
  EXPECT_EQ(write_world(world, folder / "world.h5", {}), digest);
  EXPECT_TRUE(read_world(folder / "world.h5").activities.counts.empty());
}

TEST(WorldFile, RefusesFilesCutOffAnywhere) {
  const TempFolder folder;
  write_world(random_world(3), folder / "whole.h5", {});
  const std::string whole = slurp(folder / "whole.h5");
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t length = i < 10 ? i : whole.size() * (i - 9) / 51;
    SCOPED_TRACE(length);
    spill(folder / "cut.h5", std::string_view(whole).substr(0, std::min(length, whole.size() - 1)));
    EXPECT_THROW(read_world(folder / "cut.h5"), InputError);
  }
}

// Whatever one byte of the file becomes, the program says something or reads a world. Not in
// HDF5's heaps of attribute texts, where HDF5 1.10 trusts what it reads and may crash.
TEST(WorldFile, SurvivesDamagedBytes) {
  const TempFolder folder;
  write_world(random_world(4), folder / "whole.h5", {});
  const std::string whole = slurp(folder / "whole.h5");
  constexpr std::size_t heap_bytes = 4096;
  for (std::size_t i = 0; i < 500; ++i) {
    const std::size_t at = i * 7919 * 31 % whole.size();
    const std::size_t heap = whole.rfind("GCOL", at);
    if (heap != std::string::npos && at < heap + heap_bytes) continue;
    std::string damaged = whole;
    damaged[at] ^= static_cast<char>(1 << i % 8);
    spill(folder / "damaged.h5", damaged);
    try {
      read_world(folder / "damaged.h5");
    } catch (const InputError&) {
    }
  }
}

TEST(WorldFile, RefusesWhatIsNoHdf5) {
  const TempFolder folder;
  spill(folder / "a.h5", "account_id,name\n1,Acme\n");
  spill(folder / "empty.h5", "");
  EXPECT_THAT(error_of(folder / "a.h5"), HasSubstr("not an HDF5 file"));
  EXPECT_THAT(error_of(folder / "empty.h5"), HasSubstr("is empty"));
  EXPECT_THAT(error_of(folder / "none.h5"), HasSubstr("no such file"));
  EXPECT_THAT(error_of(folder.path().string()), HasSubstr("not a regular file"));
}

TEST(WorldFile, RefusesOtherFormatsAndVersions) {
  const TempFolder folder;
  const auto with_format = [&](const std::string& format) {
    write_content({{{"", "format", format}}, {}}, folder / "f.h5", {}, Overwrite::yes);
    return error_of(folder / "f.h5");
  };
  EXPECT_THAT(with_format("rolecall.scores/1"), HasSubstr("where a rolecall.world/1 is needed"));
  EXPECT_THAT(with_format("rolecall.world/2"), AllOf(HasSubstr("too new"), HasSubstr("Update")));
  EXPECT_THAT(with_format("rolecall.world/x"), HasSubstr("no format of rolecall"));
  EXPECT_THAT(with_format("nexus/1"), HasSubstr("no format of rolecall"));
  write_content({}, folder / "f.h5", {}, Overwrite::yes);
  EXPECT_THAT(error_of(folder / "f.h5"), HasSubstr("not from rolecall"));
}

struct Damage {
  const char* item;
  std::function<void(World&)> apply;
};

// A world that breaks one promise each, written as it stands.
TEST(WorldFile, RefusesWorldsThatAreNone) {
  const TempFolder folder;
  const std::vector<Damage> damages{
      {"accounts/account_id", [](World& w) { w.accounts.ids.push_back("Konto 0"); }},
      {"accounts/parent", [](World& w) { w.accounts.parents[3] = AccountId{99}; }},
      {"accounts/parent", [](World& w) { w.accounts.parents[3] = AccountId{3}; }},
      {"accounts/parent", [](World& w) { w.accounts.parents.pop_back(); }},
      {"people/account", [](World& w) { w.people.accounts[0] = AccountId{12}; }},
      {"people/account", [](World& w) { w.people.accounts.emplace_back(); }},
      {"groups/account", [](World& w) { w.groups.accounts[2] = AccountId{}; }},
      {"groups/solution", [](World& w) { w.groups.solutions[2] = SolutionId{3}; }},
      {"groups/created",
       [](World& w) { w.groups.created[0] = Timestamp::from_bits(std::int64_t{1} << 61); }},
      {"groups/created", [](World& w) { w.groups.created.pop_back(); }},
      {"groups/created_date_only",
       [](World& w) { w.groups.created[0] = Timestamp::from_bits(11); }},
      {"members/offsets", [](World& w) { w.members.offsets.pop_back(); }},
      {"members/offsets", [](World& w) { w.members.offsets[1] = 1'000'000; }},
      {"members/offsets", [](World& w) { ++w.members.offsets.front(); }},
      {"members/offsets", [](World& w) { ++w.members.offsets.back(); }},
      {"members/person", [](World& w) { w.members.people[0] = PersonId{40}; }},
      {"members/person",
       [](World& w) {
         w.members.offsets.assign(16, w.members.size());
         w.members.offsets[0] = 0;
       }},
      {"members/role", [](World& w) { w.members.roles[0] = RoleId{5}; }},
      {"members/source", [](World& w) { w.members.sources[0] = static_cast<MemberSource>(3); }},
      {"members/until", [](World& w) { w.members.until.emplace_back(); }},
      {"activities/type", [](World& w) { w.activities.types[0] = ActivityTypeId{7}; }},
      {"activities/time", [](World& w) { w.activities.times[5] = Timestamp{}; }},
      {"activities/time",
       [](World& w) {
         w.activities.offsets.assign(41, w.activities.size());
         w.activities.offsets[0] = 0;
       }},
      {"activities/count", [](World& w) { w.activities.counts[0] = UINT64_MAX; }},
      {"activities/count", [](World& w) { w.activities.counts.pop_back(); }},
      {"activities/offsets",
       [](World& w) { std::swap(w.activities.offsets[0], w.activities.offsets[30]); }},
      {"outcomes/outcome", [](World& w) { w.outcomes.outcome[0] = static_cast<Outcome>(4); }},
      {"outcomes/value", [](World& w) { w.outcomes.value[0] = 1 / 0.0; }},
      {"outcomes/value", [](World& w) { w.outcomes.value.pop_back(); }},
      {"deals/deal_id", [](World& w) { w.deals.ids.push_back("d0"); }},
      {"deals/account", [](World& w) { w.deals.accounts[0] = AccountId{12}; }},
      {"deals/solution", [](World& w) { w.deals.solutions[0] = SolutionId{3}; }},
      {"deals/solution", [](World& w) { w.deals.solutions.emplace_back(); }},
      {"deals/stage", [](World& w) { w.deals.stages.push_back("won"); }},
      {"deals/closed", [](World& w) { w.deals.closed.pop_back(); }},
      {"deals/value", [](World& w) { w.deals.values[0] = 1 / 0.0; }},
      {"deals/outcome", [](World& w) { w.deals.outcomes[0] = static_cast<Outcome>(4); }},
      {"deals/contacts/offsets", [](World& w) { ++w.deal_contacts.offsets.back(); }},
      {"deals/contacts/person", [](World& w) { w.deal_contacts.people[0] = PersonId{}; }},
      {"deals/contacts/role", [](World& w) { w.deal_contacts.roles[0] = RoleId{5}; }},
      {"deals/contacts/person",
       [](World& w) {
         const std::size_t last = w.deal_contacts.size() - 1;
         w.deal_contacts.offsets.assign(21, last + 1);
         w.deal_contacts.offsets[0] = 0;
         w.deal_contacts.people[last] = w.deal_contacts.people[last - 1];
         w.deal_contacts.roles[last] = w.deal_contacts.roles[last - 1];
       }},
      {"deals/events/time", [](World& w) { w.deal_events.times[3] = Timestamp{}; }},
      {"deals/events/time",
       [](World& w) {
         w.deal_events.offsets.assign(21, w.deal_events.size());
         w.deal_events.offsets[0] = 0;
       }},
      {"deals/events/type", [](World& w) { w.deal_events.types[0] = DealEventTypeId{3}; }},
      {"deals/events/detail", [](World& w) { w.deal_events.details.push_back(""); }},
      {"deals/events/offsets", [](World& w) { w.deal_events.offsets.pop_back(); }},
      {"roles/name", [](World& w) { w.roles.push_back("\xff"); }},
      {"groups/attributes/twice%2Fas long", [](World& w) {
         w.groups.attributes.push_back({"twice/as long", std::vector<double>(30)});
       }}};
  for (std::size_t i = 0; i < damages.size(); ++i) {
    World world = random_world(5);
    damages[i].apply(world);
    write_world(world, folder / "world.h5", {}, Overwrite::yes);
    EXPECT_THAT(error_of(folder / "world.h5"),
                HasSubstr(std::string(", ") + damages[i].item + ": "))
        << i;
  }
}

TEST(WorldFile, RefusesMissingAndMistypedDatasets) {
  const TempFolder folder;
  const World world = random_world(6);
  const Content whole = world_content(world);
  const std::vector<std::string> shas(whole.datasets.size());
  for (std::size_t skip = 0; skip < whole.datasets.size(); ++skip) {
    const std::string& item = whole.datasets[skip].path;
    SCOPED_TRACE(item);
    if (item.find("attributes/") != std::string::npos || item.ends_with("date_only")) continue;
    const bool optional = item == "activities/count";
    Content content = whole;
    content.datasets.erase(content.datasets.begin() + static_cast<std::ptrdiff_t>(skip));
    write_content(content, folder / "w.h5", {}, Overwrite::yes);
    EXPECT_THAT(error_of(folder / "w.h5"),
                optional ? HasSubstr("no error") : HasSubstr(item + ": the dataset is missing"));
    const std::vector<float> none;
    content.datasets.push_back({item, numbers(std::span<const double>(), 2)});
    write_content(content, folder / "w.h5", {}, Overwrite::yes);
    EXPECT_THAT(error_of(folder / "w.h5"), HasSubstr(", " + item + ": it"));
  }
}

TEST(WorldFile, RefusesTextsWithNul) {
  const TempFolder folder;
  World world;
  world.roles.push_back(std::string_view("a\0b", 3));
  EXPECT_THROW(write_world(world, folder / "world.h5", {}), InputError);
  EXPECT_TRUE(folder.is_empty());
}

}  // namespace
}  // namespace rolecall
