#include "results/content_compare.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "random_study.hpp"
#include "results/digest.hpp"
#include "results/study_file.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using testing::random_study;
using testing::TempFolder;

double& figure(StudyRecord& study, std::size_t row) {
  return std::get<std::vector<double>>(study.tables[0].columns[0].values)[row];
}

ContentDifference compare(const StudyRecord& a, const StudyRecord& b, double tolerance = 0) {
  const Content x = study_content(a), y = study_content(b);
  return compare(view_of(x), view_of(y), tolerance);
}

TEST(ContentCompare, FileAndContentAreTheSame) {
  const TempFolder folder;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const StudyRecord study = random_study(seed, seed % 4);
    const std::string path = folder / std::to_string(seed);
    write_study(study, path, {});
    const Hdf5Reader file(path);
    const Content content = study_content(study);
    EXPECT_TRUE(compare(view_of(file), view_of(content)).is_empty());
    EXPECT_TRUE(compare(view_of(content), view_of(file)).is_empty());
  }
}

// Whatever changes the digest is found, and nothing else is.
TEST(ContentCompare, AgreesWithTheDigest) {
  const StudyRecord study = random_study(1);
  const auto check = [&](bool changes, auto apply) {
    StudyRecord other = study;
    apply(other);
    EXPECT_EQ(content_digest(other) != content_digest(study), changes);
    EXPECT_EQ(!compare(study, other).is_empty(), changes);
  };
  check(false, [](StudyRecord&) {});
  check(false, [](StudyRecord& s) { s.tables[0].description = "for people"; });
  check(false, [](StudyRecord& s) { s.tables[0].columns[0].description = "for people"; });
  check(true, [](StudyRecord& s) { s.tables[0].columns[0].unit = "day"; });
  check(true, [](StudyRecord& s) { s.recipe[0].second = "other"; });
  check(true, [](StudyRecord& s) { s.summary[0].second = 9.; });  // another type
  check(true, [](StudyRecord& s) { s.tables[0].columns.erase(s.tables[0].columns.begin()); });
  check(true, [](StudyRecord& s) { figure(s, 2) = 17; });
  check(true, [](StudyRecord& s) {
    std::get<TextColumn>(s.tables[0].columns[1].values) = TextColumn({"a", "b", "c", "d", "e"});
  });
  check(true, [](StudyRecord& s) { s.best_model.clear(); });
}

TEST(ContentCompare, NamesTheRowsThatDiffer) {
  StudyRecord a = random_study(1), b;
  for (std::size_t row = 0; row < 5; ++row) figure(a, row) = static_cast<double>(row);
  b = a;
  figure(b, 1) = 1.5;
  figure(b, 4) = 3;
  const ContentDifference found = compare(a, b);
  EXPECT_TRUE(found.attributes.empty());
  ASSERT_EQ(found.datasets.size(), 1);
  const DatasetDifference& d = found.datasets[0];
  EXPECT_EQ(d.path, "tables/trials/value");
  EXPECT_EQ(d.what, "values");
  EXPECT_EQ(d.rows, 2);
  EXPECT_EQ(d.first_row, 1);
  EXPECT_EQ(d.a, "1");
  EXPECT_EQ(d.b, "1.5");
  EXPECT_EQ(d.largest, 1);
  EXPECT_EQ(compare(a, b, .6).datasets[0].rows, 1);
  EXPECT_TRUE(compare(a, b, 1).is_empty());
}

TEST(ContentCompare, RowsOfAMatrixCountOnce) {
  StudyRecord a = random_study(1);
  auto& matrix = std::get<std::vector<double>>(a.tables[0].columns[3].values);
  for (double& v : matrix) v = 0;
  StudyRecord b = a;
  auto& other = std::get<std::vector<double>>(b.tables[0].columns[3].values);
  other[7] = other[8] = 2;
  const ContentDifference found = compare(a, b);
  ASSERT_EQ(found.datasets.size(), 1);
  EXPECT_EQ(found.datasets[0].first_row, 2);
  EXPECT_EQ(found.datasets[0].rows, 1);
}

TEST(ContentCompare, ANumberIsNoNaN) {
  StudyRecord a = random_study(1), b;
  for (std::size_t row = 0; row < 5; ++row)
    figure(a, row) = std::numeric_limits<double>::quiet_NaN();
  b = a;
  EXPECT_TRUE(compare(a, b).is_empty());
  figure(a, 0) = -figure(a, 0);
  EXPECT_TRUE(compare(a, b).is_empty());
  figure(b, 0) = 1;
  const ContentDifference found = compare(a, b, 1e300);
  ASSERT_EQ(found.datasets.size(), 1);
  EXPECT_EQ(found.datasets[0].a, "nan");  // whatever its sign
  EXPECT_EQ(text_of(AttributeValue(figure(a, 0))), "nan");
  figure(a, 0) = -0.;
  figure(b, 0) = 0.;
  EXPECT_EQ(compare(a, b).datasets.size(), 1);  // other bits
  EXPECT_TRUE(compare(a, b, 1e-300).is_empty());
}

TEST(ContentCompare, SaysWhatOnlyOneHas) {
  const StudyRecord a = random_study(1);
  StudyRecord b = a;
  b.tables[0].columns.erase(b.tables[0].columns.begin());  // with a unit
  b.summary.pop_back();
  const ContentDifference found = compare(a, b);
  ASSERT_EQ(found.datasets.size(), 1);
  EXPECT_EQ(found.datasets[0].what, "only in one");
  EXPECT_EQ(found.datasets[0].b, "");
  ASSERT_EQ(found.attributes.size(), 1);
  EXPECT_EQ(found.attributes[0].name, "finding");
  EXPECT_FALSE(found.attributes[0].b);
}

}  // namespace
}  // namespace rolecall
