#include "results/study_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "random_study.hpp"
#include "results/digest.hpp"
#include "results/file_info.hpp"
#include "results/hdf5_reader.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using testing::random_study;
using testing::TempFolder;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_same(const AttributeValue& a, const AttributeValue& b) {
  if (const auto* real = std::get_if<double>(&a))
    EXPECT_TRUE(same(*real, std::get<double>(b)));
  else
    EXPECT_EQ(a, b);
}

void expect_same(const TableColumn& a, const TableColumn& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.per_row, b.per_row);
  ASSERT_EQ(a.values.index(), b.values.index());
  if (const auto* reals = std::get_if<std::vector<double>>(&a.values))
    EXPECT_TRUE(std::ranges::equal(*reals, std::get<std::vector<double>>(b.values), same));
  else
    EXPECT_EQ(a.values, b.values);
}

void expect_same(const StudyRecord& a, const StudyRecord& b) {
  EXPECT_EQ(a.recipe, b.recipe);
  EXPECT_EQ(a.best_model, b.best_model);
  ASSERT_EQ(a.summary.size(), b.summary.size());
  for (std::size_t i = 0; i < a.summary.size(); ++i) {
    EXPECT_EQ(a.summary[i].first, b.summary[i].first);
    expect_same(a.summary[i].second, b.summary[i].second);
  }
  ASSERT_EQ(a.tables.size(), b.tables.size());
  for (std::size_t t = 0; t < a.tables.size(); ++t) {
    SCOPED_TRACE(a.tables[t].name);
    EXPECT_EQ(a.tables[t].name, b.tables[t].name);
    EXPECT_EQ(a.tables[t].description, b.tables[t].description);
    ASSERT_EQ(a.tables[t].columns.size(), b.tables[t].columns.size());
    for (std::size_t c = 0; c < a.tables[t].columns.size(); ++c)
      expect_same(a.tables[t].columns[c], b.tables[t].columns[c]);
  }
}

TEST(StudyFile, IsReadAsItWasWritten) {
  const TempFolder folder;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const StudyRecord study = random_study(seed, seed % 7);
    const std::string path = folder / std::to_string(seed);
    const std::string digest = write_study(study, path, {});
    expect_same(study, read_study(path));
    EXPECT_EQ(content_digest(study), digest);
    EXPECT_EQ(content_digest(path), digest);
    EXPECT_EQ(stored_digest(path), digest);
    EXPECT_EQ(find_altered_dataset(path), std::nullopt);
  }
}

TEST(StudyFile, KeepsItsPartsWhereTheFormatSays) {
  const TempFolder folder;
  StudyRecord study = random_study(1);
  write_study(study, folder / "s.h5", {});
  const Hdf5Reader file(folder / "s.h5");
  EXPECT_EQ(file.text_attribute("", "format"), "rolecall.study/2");
  EXPECT_EQ(file.text_attribute("recipe", "study"), study.recipe_text("study"));
  EXPECT_EQ(file.attribute("summary", "groups"), AttributeValue(std::int64_t{9}));
  EXPECT_EQ(file.text_attribute("best", "model"), study.best_model);
  EXPECT_EQ(file.text_attribute("tables/trials", "description"), study.tables[0].description);
  EXPECT_TRUE(file.has("tables/trials/a%2Fb"));
  const DatasetInfo matrix = file.dataset("tables/trials/matrix");
  EXPECT_EQ(matrix.shape, (std::vector<std::uint64_t>{study.tables[0].rows(), 3}));
}

TEST(StudyFile, NamesItsParts) {
  const StudyRecord study = random_study(1);
  EXPECT_EQ(study.recipe_text("none"), "");
  EXPECT_EQ(study.summary_value("none"), nullptr);
  EXPECT_EQ(study.table("none"), nullptr);
  ASSERT_NE(study.table("trials"), nullptr);
  EXPECT_EQ(study.table("trials")->column("none"), nullptr);
  EXPECT_NE(study.table("trials")->column("a/b"), nullptr);
}

TEST(StudyFile, HasABestModelOnlyWhenThereIsOne) {
  const TempFolder folder;
  StudyRecord study = random_study(1);
  study.best_model.clear();
  write_study(study, folder / "s.h5", {});
  EXPECT_FALSE(Hdf5Reader(folder / "s.h5").has("best"));
  EXPECT_EQ(read_study(folder / "s.h5").best_model, "");
}

TEST(StudyFile, DigestFollowsEveryPartButWhatIsForPeople) {
  const StudyRecord study = random_study(2);
  std::vector<std::string> digests{content_digest(study)};
  const auto change = [&](auto apply) {
    StudyRecord changed = study;
    apply(changed);
    digests.push_back(content_digest(changed));
  };
  const auto first = [](StudyRecord& s) -> double& {
    return std::get<std::vector<double>>(s.tables[0].columns[0].values)[0];
  };
  change([](StudyRecord& s) { s.recipe[1].second += "0"; });
  change([](StudyRecord& s) { s.summary[0].second = std::int64_t{10}; });
  change([&](StudyRecord& s) { first(s) = std::nextafter(first(s), 1e300); });
  change([](StudyRecord& s) { s.tables[0].columns[0].unit = "day"; });
  change([](StudyRecord& s) { s.tables[0].columns.pop_back(); });
  change([](StudyRecord& s) { s.tables.pop_back(); });
  change([](StudyRecord& s) { s.best_model += " "; });
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
  StudyRecord described = study;
  described.tables[0].description = "other words";
  described.tables[0].columns[0].description = "likewise";
  EXPECT_EQ(content_digest(described), content_digest(study));
}

TEST(StudyFile, IsDescribedAndNotOverwritten) {
  const TempFolder folder;
  const StudyRecord study = random_study(3);
  const std::string digest = write_study(study, folder / "s.h5", {});
  const FileInfo info = describe(folder / "s.h5");
  EXPECT_EQ(info.format, "rolecall.study/2");
  EXPECT_EQ(info.digest, digest);
  EXPECT_EQ(info.altered, "");
  EXPECT_THROW(write_study(study, folder / "s.h5", {}), InputError);
  EXPECT_EQ(write_study(random_study(4), folder / "s.h5", {}, Overwrite::yes),
            content_digest(random_study(4)));
}

}  // namespace
}  // namespace rolecall
