#include "results/digest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/parallel.hpp"
#include "random_world.hpp"
#include "results/content_file.hpp"
#include "results/hdf5_writer.hpp"
#include "results/world_content.hpp"
#include "results/world_file.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using testing::random_world;
using testing::TempFolder;

TEST(Digest, IsSha256OfLittleEndianBytes) {
  const std::vector<std::uint8_t> abc{'a', 'b', 'c'};
  EXPECT_EQ(dataset_digest({"x", numbers(std::span<const std::uint8_t>(abc))}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2
  const TextColumn none;
  EXPECT_EQ(dataset_digest({"x", &none}),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, TellsApartHowTextsAreCut) {
  const TextColumn one({"ab", "c"}), two({"a", "bc"});
  EXPECT_NE(dataset_digest({"x", &one}), dataset_digest({"x", &two}));
}

TEST(Digest, KnowsOneNan) {
  const std::vector<double> a{1, std::nan("")}, b{1, -std::nan("7")};
  EXPECT_EQ(dataset_digest({"x", numbers(std::span(a))}),
            dataset_digest({"x", numbers(std::span(b))}));
}

TEST(Digest, DoesNotDependOnThreadsOrProvenance) {
  const TempFolder folder;
  const World world = random_world(1, 20'000, 70'000);
  std::set<std::string> digests;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    const std::string path = folder / std::to_string(threads);
    Provenance provenance;
    provenance.threads = static_cast<std::int64_t>(threads);
    provenance.command = "rolecall --threads " + std::to_string(threads);
    digests.insert(content_digest(world));
    digests.insert(write_world(world, path, provenance));
    digests.insert(content_digest(path));
  }
  EXPECT_EQ(digests.size(), 1u);
}

TEST(Digest, ChangesWithEveryValue) {
  const World world = random_world(3);
  std::set<std::string> digests{content_digest(world)};
  const auto change = [&](auto apply) {
    World changed = world;
    apply(changed);
    digests.insert(content_digest(changed));
  };
  change([](World& w) { ++w.activities.counts[100]; });
  change([](World& w) {
    w.activities.times[0] = Timestamp::from_bits(w.activities.times[0].bits() + 2);
  });
  change([](World& w) { w.groups.created[0] = Timestamp::from_bits(3); });
  change([](World& w) { w.groups.created[0] = Timestamp::from_bits(2); });
  change([](World& w) {
    w.accounts.attributes.push_back({"zz", TextColumn(std::vector<std::string>(12))});
  });
  change([](World& w) {
    w.accounts.attributes.push_back({"zy", TextColumn(std::vector<std::string>(12))});
  });
  change([](World& w) { w.accounts.attributes.push_back({"zz", std::vector<double>(12)}); });
  change([](World& w) { w.outcomes.value[0] = 17.25; });
  change([](World& w) {
    w.members.sources[0] = static_cast<MemberSource>((int(w.members.sources[0]) + 1) % 3);
  });
  change([](World& w) { w.accounts.parents[0] = AccountId{1}; });
  EXPECT_EQ(digests.size(), 11u);
}

TEST(Digest, FindsTheAlteredDataset) {
  const TempFolder folder;
  const World world = random_world(2);
  const Content content = world_content(world);
  Hdf5Writer file(folder / "w.h5");
  for (const Dataset& dataset : content.datasets) {
    // As if one value had been changed after the digest was stored.
    const bool altered = dataset.path == "members/role";
    file.write(dataset, altered ? std::string(64, '0') : dataset_digest(dataset));
  }
  file.close();
  EXPECT_EQ(find_altered_dataset(folder / "w.h5"), "members/role");
}

TEST(Digest, CoversTwoDimensions) {
  const TempFolder folder;
  std::vector<std::int32_t> values(3'000'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * i);
  const std::span<const std::int32_t> all(values);
  std::set<std::string> digests;
  for (const std::uint64_t columns : {0, 1, 3, 100'000}) {
    const Content content{{{"", "format", "rolecall.test/1"}}, {{"x", numbers(all, columns)}}};
    const std::string path = folder / std::to_string(columns);
    const std::string digest = write_content(content, path, {}, Overwrite::no);
    EXPECT_EQ(content_digest(path), digest);
    digests.insert(content_digest(path));
  }
  EXPECT_EQ(digests.size(), 4u);
}

}  // namespace
}  // namespace rolecall
