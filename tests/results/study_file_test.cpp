#include "results/study_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "results/digest.hpp"
#include "results/file_info.hpp"
#include "results/hdf5_reader.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using testing::TempFolder;

struct Sizes {
  std::size_t roles = 4, trials = 7, replicates = 5, models = 3, bins = 6, bands = 2;
};

StudyRecord random_study(std::uint64_t seed, const Sizes& n = {}, bool truth = true) {
  std::mt19937_64 bits(seed);
  const auto numbers = [&](std::size_t size) {
    std::vector<double> values(size);
    for (double& v : values)
      v = bits() % 9 == 0 ? std::numeric_limits<double>::quiet_NaN()
                          : static_cast<double>(bits()) / 7 - 1e18;
    return values;
  };
  const auto counts = [&](std::size_t size) {
    std::vector<std::int64_t> values(size);
    for (std::int64_t& v : values) v = static_cast<std::int64_t>(bits() >> 1);
    return values;
  };
  const auto texts = [&](std::size_t size) {
    TextColumn column;
    for (std::size_t i = 0; i < size; ++i)
      column.push_back(std::string(bits() % 30, 'x') + "Größe " + std::to_string(bits() % 100));
    return column;
  };
  const auto interval = [&](std::size_t size) {
    return IntervalColumn{numbers(size), numbers(size), numbers(size)};
  };
  StudyRecord s;
  s.recipe = {"name", "specification = 1\n", std::string(90'000, '#'), "digest", ""};
  s.summary = {.groups = 9,
               .won = 8,
               .train_groups = 7,
               .test_groups = 6,
               .trees = 5,
               .replicates = 4,
               .confidence = .5,
               .ceiling_auc = .25,
               .resampled = "account trees",
               .found_gain = {1, -2, 3},
               .truth_margin = {-.125, -.5, std::numeric_limits<double>::quiet_NaN()},
               .better_than_truth = 2};
  s.roles = {texts(n.roles), numbers(n.roles), interval(n.roles),
             truth ? numbers(n.roles) : std::vector<double>{}};
  s.trials = {numbers(n.trials * n.roles), texts(n.trials), interval(n.trials), numbers(n.trials),
              numbers(n.trials * n.replicates)};
  s.models = {texts(n.models), texts(n.models), texts(n.models), interval(n.models),
              interval(n.models)};
  s.scores = {numbers(n.bins), numbers(n.bins), counts(n.bins), counts(n.bins)};
  s.completeness = {numbers(n.bands), numbers(n.bands), counts(n.bands), counts(n.bands)};
  s.coverage = {numbers(n.roles), numbers(n.roles), numbers(n.roles), numbers(n.roles)};
  s.best = {3, "a model\n"};
  return s;
}

using Column =
    std::variant<const TextColumn*, const std::vector<double>*, const std::vector<std::int64_t>*>;

struct Item {
  Column values;
  std::vector<std::uint64_t> shape;
  std::string unit = "";
};

// What docs/format.md, "Studies", lists.
std::map<std::string, Item> documented(const StudyRecord& s, const Sizes& n) {
  std::map<std::string, Item> items{
      {"roles/name", {&s.roles.name, {n.roles}}},
      {"roles/default", {&s.roles.base, {n.roles}}},
      {"roles/found", {&s.roles.found.value, {n.roles}}},
      {"roles/found_low", {&s.roles.found.low, {n.roles}}},
      {"roles/found_high", {&s.roles.found.high, {n.roles}}},
      {"trials/weight", {&s.trials.weight, {n.trials, n.trials == 0 ? 0 : n.roles}}},
      {"trials/origin", {&s.trials.origin, {n.trials}}},
      {"trials/train_auc", {&s.trials.train_auc.value, {n.trials}}},
      {"trials/train_low", {&s.trials.train_auc.low, {n.trials}}},
      {"trials/train_high", {&s.trials.train_auc.high, {n.trials}}},
      {"trials/test_auc", {&s.trials.test_auc, {n.trials}}},
      {"replicates/train_auc",
       {&s.trials.replicates, {n.trials, n.trials == 0 ? 0 : n.replicates}}},
      {"models/name", {&s.models.name, {n.models}}},
      {"models/activities", {&s.models.activities, {n.models}}},
      {"models/roles", {&s.models.roles, {n.models}}},
      {"models/auc", {&s.models.auc.value, {n.models}}},
      {"models/auc_low", {&s.models.auc.low, {n.models}}},
      {"models/auc_high", {&s.models.auc.high, {n.models}}},
      {"models/gain", {&s.models.gain.value, {n.models}}},
      {"models/gain_low", {&s.models.gain.low, {n.models}}},
      {"models/gain_high", {&s.models.gain.high, {n.models}}},
      {"scores/low", {&s.scores.low, {n.bins}}},
      {"scores/high", {&s.scores.high, {n.bins}}},
      {"scores/won", {&s.scores.won, {n.bins}, "groups"}},
      {"scores/lost", {&s.scores.lost, {n.bins}, "groups"}},
      {"completeness/low", {&s.completeness.low, {n.bands}, "%"}},
      {"completeness/high", {&s.completeness.high, {n.bands}, "%"}},
      {"completeness/won", {&s.completeness.won, {n.bands}, "groups"}},
      {"completeness/lost", {&s.completeness.lost, {n.bands}, "groups"}},
      {"coverage/members", {&s.coverage.members, {n.roles}, "people"}},
      {"coverage/filled", {&s.coverage.filled, {n.roles}}},
      {"coverage/won_if_filled", {&s.coverage.won_if_filled, {n.roles}}},
      {"coverage/won_if_missing", {&s.coverage.won_if_missing, {n.roles}}}};
  if (!s.roles.truth.empty()) items["roles/truth"] = {&s.roles.truth, {n.roles}};
  return items;
}

template <class T>
bool same(const std::vector<std::byte>& bytes, const std::vector<T>& values) {
  return bytes.size() == values.size() * sizeof(T) &&
         (values.empty() || std::memcmp(bytes.data(), values.data(), bytes.size()) == 0);
}

void expect_documented(const std::string& path, const StudyRecord& study, const Sizes& sizes) {
  const Hdf5Reader file(path);
  const auto items = documented(study, sizes);
  ASSERT_EQ(file.datasets().size(), items.size());
  for (const DatasetInfo& info : file.datasets()) {
    SCOPED_TRACE(info.path);
    const auto found = items.find(info.path);
    ASSERT_NE(found, items.end());
    const auto& [values, shape, unit] = found->second;
    EXPECT_EQ(info.shape, shape);
    EXPECT_EQ(file.text_attribute(info.path, "unit"), unit);
    if (const auto* texts = std::get_if<const TextColumn*>(&values))
      EXPECT_EQ(file.read_texts(info.path), **texts);
    else if (const auto* reals = std::get_if<const std::vector<double>*>(&values))
      EXPECT_TRUE(info.type == ElementType::f8 && same(file.read_bytes(info), **reals));
    else
      EXPECT_TRUE(info.type == ElementType::i8 &&
                  same(file.read_bytes(info), *std::get<2>(values)));
  }
}

TEST(StudyFile, HasTheDocumentedDatasets) {
  const TempFolder folder;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const Sizes sizes{.roles = 1 + seed % 6, .trials = 1 + seed, .replicates = 20 + seed};
    const StudyRecord study = random_study(seed, sizes, seed % 2 == 0);
    const std::string path = folder / std::to_string(seed);
    const std::string digest = write_study(study, path, {});
    expect_documented(path, study, sizes);
    EXPECT_EQ(content_digest(study), digest);
    EXPECT_EQ(content_digest(path), digest);
    EXPECT_EQ(stored_digest(path), digest);
    EXPECT_EQ(find_altered_dataset(path), std::nullopt);
  }
}

TEST(StudyFile, HasThemWithoutAnyRows) {
  const TempFolder folder;
  const Sizes none{0, 0, 0, 0, 0, 0};
  const StudyRecord study = random_study(1, none, false);
  write_study(study, folder / "s.h5", {});
  expect_documented(folder / "s.h5", study, none);
}

TEST(StudyFile, HasTheDocumentedAttributes) {
  const TempFolder folder;
  const StudyRecord study = random_study(1);
  write_study(study, folder / "s.h5", {});
  const Hdf5Reader file(folder / "s.h5");
  const std::map<std::string, std::map<std::string, AttributeValue>> want{
      {"", {{"format", "rolecall.study/1"}}},
      {"recipe",
       {{"study", study.recipe.study},
        {"specification", study.recipe.specification},
        {"base_model", study.recipe.base_model},
        {"world_digest", study.recipe.world_digest},
        {"world_specification", study.recipe.world_specification}}},
      {"summary",
       {{"groups", std::int64_t{9}},
        {"won", std::int64_t{8}},
        {"train_groups", std::int64_t{7}},
        {"test_groups", std::int64_t{6}},
        {"trees", std::int64_t{5}},
        {"trials", std::int64_t{7}},
        {"replicates", std::int64_t{4}},
        {"confidence", .5},
        {"ceiling_auc", .25},
        {"resampled", "account trees"},
        {"found_gain", 1.},
        {"found_gain_low", -2.},
        {"found_gain_high", 3.},
        {"truth_margin", -.125},
        {"truth_margin_low", -.5},
        {"better_than_truth", std::int64_t{2}}}},
      {"best", {{"trial", std::int64_t{3}}, {"model", "a model\n"}}}};
  for (const auto& [owner, attributes] : want) {
    for (const auto& [name, value] : attributes)
      EXPECT_EQ(file.attribute(owner, name), value) << owner << "@" << name;
    const std::size_t more = owner == "summary" ? 1 : 0;  // truth_margin_high, a NaN
    EXPECT_EQ(file.attributes(owner).size(), attributes.size() + more) << owner;
  }
  EXPECT_TRUE(std::holds_alternative<double>(*file.attribute("summary", "truth_margin_high")));
}

TEST(StudyFile, DigestFollowsEveryPartAndNotProvenance) {
  const TempFolder folder;
  const StudyRecord study = random_study(2);
  Provenance provenance;
  provenance.command = "rolecall run";
  EXPECT_EQ(write_study(study, folder / "a.h5", provenance), content_digest(study));
  std::vector<std::string> digests{content_digest(study)};
  const auto change = [&](auto apply) {
    StudyRecord changed = study;
    apply(changed);
    digests.push_back(content_digest(changed));
  };
  change([](StudyRecord& s) { s.recipe.world_digest += "0"; });
  change([](StudyRecord& s) { ++s.summary.trees; });
  change([](StudyRecord& s) { s.roles.found.low[0] = 1; });
  change([](StudyRecord& s) { s.roles.truth.clear(); });
  change([](StudyRecord& s) { s.trials.weight[5] = 1; });
  change([](StudyRecord& s) { s.trials.replicates[34] = 1; });
  change([](StudyRecord& s) { s.models.gain.high[2] = 1; });
  change([](StudyRecord& s) { ++s.scores.lost[5]; });
  change([](StudyRecord& s) { s.coverage.won_if_missing[3] = 1; });
  change([](StudyRecord& s) { s.best.model += " "; });
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
}

TEST(StudyFile, IsDescribedAndNotOverwritten) {
  const TempFolder folder;
  const StudyRecord study = random_study(3);
  const std::string digest = write_study(study, folder / "s.h5", {});
  const FileInfo info = describe(folder / "s.h5");
  EXPECT_EQ(info.format, "rolecall.study/1");
  EXPECT_EQ(info.digest, digest);
  EXPECT_EQ(info.altered, "");
  EXPECT_THROW(write_study(study, folder / "s.h5", {}), InputError);
  EXPECT_EQ(write_study(random_study(4), folder / "s.h5", {}, Overwrite::yes),
            content_digest(random_study(4)));
}

}  // namespace
}  // namespace rolecall
