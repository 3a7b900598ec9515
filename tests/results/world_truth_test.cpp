#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "random_world.hpp"
#include "results/content_file.hpp"
#include "results/digest.hpp"
#include "results/world_content.hpp"
#include "results/world_file.hpp"
#include "temp_folder.hpp"

// The group `truth` of world files. That it survives a round trip, random_world.hpp sees to.
namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::random_world;
using testing::TempFolder;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

World true_world() {
  World world = random_world(5);
  EXPECT_TRUE(world.truth.has_value());
  return world;
}

std::string error_of(const std::string& path) {
  try {
    read_world(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of(const World& world) {
  const TempFolder folder;
  write_world(world, folder / "world.h5", {});
  return error_of(folder / "world.h5");
}

std::string error_of(const Content& content) {
  const TempFolder folder;
  write_content(content, folder / "world.h5", {}, Overwrite::no);
  return error_of(folder / "world.h5");
}

struct Damage {
  const char* item;
  std::function<void(Truth&)> apply;
};

TEST(WorldTruth, WrittenAsItStandsIsRead) { EXPECT_EQ(error_of(true_world()), "no error"); }

// One broken promise each; the message names the item.
TEST(WorldTruth, RefusesWhatIsNone) {
  const std::vector<Damage> damages{
      {"truth/role_influence", [](Truth& t) { t.role_influence.push_back(1); }},
      {"truth/role_influence", [](Truth& t) { t.role_influence[1] = nan; }},
      {"truth/role_influence", [](Truth& t) { t.role_influence[1] = infinity; }},
      {"truth/role_influence", [](Truth& t) { t.roles.push_back("another"); }},
      {"truth/type_name", [](Truth& t) { t.types.push_back("A"); }},
      {"truth/type_name", [](Truth& t) { t.types.push_back(t.types[t.types.size() - 1]); }},
      {"truth/type_influence", [](Truth& t) { t.type_influence.pop_back(); }},
      {"truth/type_influence", [](Truth& t) { t.type_influence[0] = nan; }},
      {"truth/intent", [](Truth& t) { t.intent.pop_back(); }},
      {"truth/intent", [](Truth& t) { t.intent[3] = -infinity; }},
      {"truth/score", [](Truth& t) { t.score.push_back(1); }},
      {"truth/score", [](Truth& t) { t.score[0] = infinity; }},
      {"truth/probability", [](Truth& t) { t.probability.clear(); }},
      {"truth/person_rate", [](Truth& t) { t.person_rate.push_back(1); }},
      {"truth/person_kind", [](Truth& t) { t.person_kind.pop_back(); }},
      {"truth/person_kind", [](Truth& t) { t.person_kind[7] = 8; }},
      {"truth/origin", [](Truth& t) { t.origin.pop_back(); }},
      {"truth/origin", [](Truth& t) { t.origin.push_back(0); }},
      {"truth/origin", [](Truth& t) { t.origin[17] = 16; }},
      {"truth/late_row", [](Truth& t) { std::swap(t.late_rows[2], t.late_rows[3]); }},
      {"truth/late_row", [](Truth& t) { t.late_rows[3] = t.late_rows[2]; }},
      {"truth/late_row", [](Truth& t) { t.late_rows.back() = 400; }},
      {"truth/late_arrival", [](Truth& t) { t.late_arrivals.pop_back(); }},
      {"truth/late_arrival", [](Truth& t) { t.late_arrivals.emplace_back(); }},
      {"truth/late_arrival", [](Truth& t) { t.late_arrivals[1] = Timestamp{}; }},
      {"truth/late_arrival",
       [](Truth& t) { t.late_arrivals[0] = Timestamp::from_bits(std::int64_t{1} << 61); }},
      {"truth", [](Truth& t) { t.window_days = 0; }},
      {"truth", [](Truth& t) { t.window_days = -3; }},
      {"truth", [](Truth& t) { t.daily_cap = static_cast<std::uint64_t>(-2); }},
      {"truth", [](Truth& t) { t.half_life_days = -1; }},
      {"truth", [](Truth& t) { t.half_life_days = nan; }},
      {"truth", [](Truth& t) { t.half_life_days = infinity; }}};
  for (std::size_t i = 0; i < damages.size(); ++i) {
    World world = true_world();
    damages[i].apply(*world.truth);
    EXPECT_THAT(error_of(world), HasSubstr(std::string(", ") + damages[i].item + ": ")) << i;
  }
}

TEST(WorldTruth, NamesTheFirstBadRow) {
  World world = true_world();
  world.truth->origin[17] = 200;
  world.truth->origin[300] = 16;
  EXPECT_THAT(error_of(world), AllOf(HasSubstr("truth/origin"), HasSubstr("[17]")));
}

// A number that an int would cut to a good one.
TEST(WorldTruth, RefusesAWindowOf64Bits) {
  const World world = true_world();
  Content content = world_content(world);
  const auto window = std::ranges::find(content.attributes, "window_days", &FileAttribute::name);
  ASSERT_NE(window, content.attributes.end());
  window->value = (std::int64_t{1} << 32) + 30;
  EXPECT_THAT(error_of(content), HasSubstr(", truth: its window_days"));
}

TEST(WorldTruth, RefusesMissingAndMistypedAttributes) {
  const World world = true_world();
  const Content whole = world_content(world);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < whole.attributes.size(); ++i) {
    if (whole.attributes[i].owner != "truth") continue;
    ++seen;
    const std::string item = ", truth@" + whole.attributes[i].name + ": ";
    Content content = whole;
    const bool is_text = std::holds_alternative<std::string>(content.attributes[i].value);
    content.attributes[i].value = is_text ? AttributeValue(1.5) : AttributeValue("1.5");
    EXPECT_THAT(error_of(content), HasSubstr(item));
    content.attributes.erase(content.attributes.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(error_of(content), AllOf(HasSubstr(item), HasSubstr("missing")));
  }
  EXPECT_EQ(seen, 7u);
}

TEST(WorldTruth, RefusesMissingAndMistypedDatasets) {
  const World world = true_world();
  const Content whole = world_content(world);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < whole.datasets.size(); ++i) {
    const std::string item = whole.datasets[i].path;
    if (!item.starts_with("truth/") || item.ends_with("date_only")) continue;
    ++seen;
    Content content = whole;
    content.datasets.erase(content.datasets.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(error_of(content), HasSubstr(", " + item + ": the dataset is missing"));
    content.datasets.push_back({item, numbers(std::span<const double>(), 2)});
    EXPECT_THAT(error_of(content), HasSubstr(", " + item + ": it"));
  }
  EXPECT_EQ(seen, 12u);
}

TEST(WorldTruth, IsContent) {
  const World world = true_world();
  World without = world;
  without.truth.reset();
  std::vector<std::string> digests{content_digest(world), content_digest(without)};
  const auto change = [&](auto apply) {
    World changed = world;
    apply(*changed.truth);
    digests.push_back(content_digest(changed));
  };
  change([](Truth& t) { t.specification += "#"; });
  change([](Truth& t) { t.role_influence[0] += 1; });
  change([](Truth& t) { t.daily_cap = 77; });
  change([](Truth& t) { t.intent[0] = 2.25; });
  change([](Truth& t) { t.person_kind[0] ^= 1; });
  change([](Truth& t) { t.origin[0] ^= 8; });
  change([](Truth& t) { t.late_arrivals[0] = Timestamp::from_bits(0); });
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
}

}  // namespace
}  // namespace rolecall
