#include "results/table_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "core/error.hpp"
#include "results/digest.hpp"
#include "results/file_info.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Property;
using testing::TempFolder;
using ::testing::Throws;

TableFile scores() {
  TableFile table{"rolecall.scores/1"};
  table.recipe = {{"model", "name = \"x\"\n" + std::string(200'000, '#')},
                  {"as_of", "2026-03-31"},
                  {"", "a name may be odd: even empty"}};
  table.recipe.pop_back();
  table.columns.push_back({"group_id", TextColumn({"g1", "Gruppe/ü", ""}), "", "by id"});
  table.columns.push_back({"engagement", std::vector<double>{35.25, -0.0, 1e-300}, "points", ""});
  table.columns.push_back({"a/b 100%", std::vector<std::int64_t>{-1, 0, INT64_MAX}, "", ""});
  return table;
}

TEST(TableFile, RoundTripsInOrder) {
  const TempFolder folder;
  const TableFile table = scores();
  const std::string digest = write_table(table, folder / "s.h5", {});
  const TableFile back = read_table(folder / "s.h5", "rolecall.scores/1");
  EXPECT_EQ(back.format, table.format);
  EXPECT_EQ(back.recipe, table.recipe);
  ASSERT_EQ(back.columns.size(), table.columns.size());
  for (std::size_t i = 0; i < back.columns.size(); ++i) {
    EXPECT_EQ(back.columns[i].name, table.columns[i].name);
    EXPECT_EQ(back.columns[i].values, table.columns[i].values);
    EXPECT_EQ(back.columns[i].unit, table.columns[i].unit);
    EXPECT_EQ(back.columns[i].description, table.columns[i].description);
  }
  EXPECT_EQ(content_digest(table), digest);
  EXPECT_EQ(content_digest(folder / "s.h5"), digest);
}

TEST(TableFile, RoundTripsWithoutRowsOrColumns) {
  const TempFolder folder;
  TableFile table{"rolecall.scores/1"};
  write_table(table, folder / "none.h5", {});
  EXPECT_EQ(read_table(folder / "none.h5", table.format).columns.size(), 0u);
  table.columns = {{"id", TextColumn{}}, {"x", std::vector<double>{}}};
  write_table(table, folder / "empty.h5", {});
  const TableFile back = read_table(folder / "empty.h5", table.format);
  EXPECT_EQ(back.columns.size(), 2u);
  EXPECT_EQ(back.rows(), 0u);
}

TEST(TableFile, KeepsLongTextsAmongShortOnes) {
  const TempFolder folder;
  TableFile table{"rolecall.scores/1"};
  TextColumn texts;
  for (int i = 0; i < 150'000; ++i)
    texts.push_back(i % 50'000 == 7 ? std::string(5'000, 'x') : i % 3 ? "ä" : "");
  table.columns = {{"text", texts}};
  const std::string digest = write_table(table, folder / "t.h5", {});
  EXPECT_EQ(std::get<TextColumn>(read_table(folder / "t.h5", table.format).columns[0].values),
            texts);
  EXPECT_EQ(content_digest(folder / "t.h5"), digest);
}

TEST(TableFile, RecipeIsContent) {
  TableFile table = scores();
  const std::string digest = content_digest(table);
  table.recipe[1].second = "2026-04-01";
  EXPECT_NE(content_digest(table), digest);
}

TEST(TableFile, RefusesOtherFormats) {
  const TempFolder folder;
  write_table(scores(), folder / "s.h5", {});
  EXPECT_THAT(
      [&] { read_table(folder / "s.h5", "rolecall.series/1"); },
      Throws<InputError>(Property(&InputError::what, HasSubstr("rolecall.series/1 is needed"))));
  EXPECT_THAT([&] { read_table(folder / "s.h5", "rolecall.scores/2"); },
              Throws<InputError>(Property(&InputError::what, HasSubstr("too old"))));
}

TEST(FileInfo, SaysWhatAFileIs) {
  const TempFolder folder;
  const std::string digest =
      write_table(scores(), folder / "s.h5",
                  collect_provenance("rolecall score", "{}", std::chrono::steady_clock::now()));
  const FileInfo info = describe(folder / "s.h5");
  EXPECT_EQ(info.format, "rolecall.scores/1");
  EXPECT_EQ(info.digest, digest);
  EXPECT_EQ(info.altered, "");
  EXPECT_EQ(info.provenance.front().name, "software");
  std::vector<std::string> paths;
  for (const DatasetSummary& dataset : info.datasets) paths.push_back(dataset.info.path);
  EXPECT_THAT(paths, ElementsAre("columns/a%2Fb 100%25", "columns/engagement", "columns/group_id"));
  EXPECT_EQ(info.datasets[1].unit, "points");
  EXPECT_GT(info.datasets[1].info.stored_bytes, 0u);
}

}  // namespace
}  // namespace rolecall
