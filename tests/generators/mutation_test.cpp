// Valid bundles and specifications with damaged bytes: reading succeeds or says what is wrong, and
// nothing else. `make fuzz` runs many more rounds, under the sanitizers.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bundle_folder.hpp"
#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

std::string damaged(std::string text, std::mt19937_64& bits) {
  static constexpr char bytes[] = {'"', ',', '\n', '\r', '\0', '-', '9', ' ', '\xff', '\xc3', 'a'};
  for (std::size_t n = 1 + bits() % 4; n > 0 && !text.empty(); --n) {
    const std::size_t at = bits() % text.size();
    switch (bits() % 4) {
      case 0:
        text[at] = bytes[bits() % sizeof bytes];
        break;
      case 1:
        text.insert(at, 1, bytes[bits() % sizeof bytes]);
        break;
      case 2:
        text.erase(at, 1 + bits() % 8);
        break;
      case 3:
        text.insert(at, text.substr(bits() % text.size(), bits() % 40));
        break;
    }
  }
  return text;
}

TEST(Mutation, OfABundleIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(400);
  std::mt19937_64 bits(11);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    testing::DealFolder bundle;
    for (const char* file :
         {"accounts.csv", "people.csv", "groups.csv", "members.csv", "activities.csv",
          "outcomes.csv", "deals.csv", "deal_contacts.csv", "deal_events.csv"})
      if (bits() % 3 == 0)
        bundle.write(file, damaged(testing::slurp((bundle.path() / file).string()), bits));
    for (const OnError on_error : {OnError::stop, OnError::skip}) {
      CsvBundleOptions options;
      options.on_error = on_error;
      options.part_bytes = 1 + bits() % 100;
      try {
        import_csv_bundle(bundle.path(), options);
        ++read;
      } catch (const InputError& error) {
        EXPECT_GT(error.total(), 0u);
        EXPECT_STRNE(error.what(), "");
        ++refused;
      }
    }
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

// So small that a world is made of it at once.
WorldSpec shrunk(WorldSpec spec) {
  spec.size.accounts = std::min<std::uint64_t>(spec.size.accounts, 20);
  spec.size.people = std::min<std::uint64_t>(spec.size.people, 60);
  spec.size.activities = std::min<std::uint64_t>(spec.size.activities, 500);
  spec.size.days = std::min<std::uint64_t>(spec.size.days, 60);
  spec.machines.bot_acts = std::min(spec.machines.bot_acts, 1'000.);
  return spec;
}

// What is read is written as it is read, and a world can be made of it.
TEST(Mutation, OfAWorldSpecIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(400);
  std::mt19937_64 bits(12);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const WorldSpec spec = testing::random_spec(bits());
    const std::string text = testing::damaged_toml(
        to_toml(spec, bits() % 2 == 0 ? Comments::none : Comments::meanings), bits);
    try {
      const WorldSpec mutant = parse_world_spec(text, "mutant", preset("small"));
      const std::string whole = to_toml(mutant, Comments::none);
      EXPECT_EQ(to_toml(parse_world_spec(whole, "again", {}), Comments::none), whole);
      const World world = generate_world(shrunk(mutant));
      EXPECT_EQ(world.people.size(), shrunk(mutant).size.people);
      ++read;
    } catch (const InputError& error) {
      EXPECT_GT(error.total(), 0u);
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
    ASSERT_FALSE(HasFailure()) << text;
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall
