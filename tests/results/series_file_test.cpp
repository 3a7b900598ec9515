#include "results/series_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "results/content_file.hpp"
#include "results/dataset.hpp"
#include "results/digest.hpp"
#include "results/hdf5_reader.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Property;
using testing::TempFolder;
using ::testing::Throws;

SeriesTable random_series(std::uint64_t seed, std::size_t rows, std::size_t days) {
  std::mt19937_64 bits(seed);
  SeriesTable series{.level = seed % 2 == 0 ? "group" : "person",
                     .model = "name = \"x\"\n" + std::string(90'000, '#'),
                     .world_digest = "0123",
                     .first = *parse_day("2026-02-27"),
                     .days = days};
  for (std::size_t row = 0; row < rows; ++row)
    series.ids.push_back("Größe, \"" + std::to_string(row) + std::string(bits() % 9, 'x'));
  series.engagement.resize(rows * days);
  for (double& v : series.engagement)
    v = bits() % 3 == 0 ? -0.0 : static_cast<double>(bits()) / 7 - 1e18;
  return series;
}

void expect_same(const SeriesTable& a, const SeriesTable& b) {
  EXPECT_EQ(a.level, b.level);
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.world_digest, b.world_digest);
  EXPECT_EQ(a.first, b.first);
  EXPECT_EQ(a.days, b.days);
  EXPECT_EQ(a.ids, b.ids);
  ASSERT_EQ(a.engagement.size(), b.engagement.size());
  for (std::size_t i = 0; i < a.engagement.size(); ++i)
    ASSERT_EQ(std::bit_cast<std::uint64_t>(a.engagement[i]),
              std::bit_cast<std::uint64_t>(b.engagement[i]));
}

TEST(SeriesFile, RoundTrips) {
  const TempFolder folder;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    // Some of several chunks, some wider than a chunk.
    const std::size_t rows = seed % 4 == 3 ? 3 : 400 * seed, days = seed % 4 == 3 ? 70'000 : 31;
    const SeriesTable series = random_series(seed, rows, days);
    const std::string path = folder / std::to_string(seed);
    const std::string digest = write_series(series, path, {});
    expect_same(read_series(path), series);
    EXPECT_EQ(content_digest(series), digest);
    EXPECT_EQ(content_digest(path), digest);
    EXPECT_EQ(find_altered_dataset(path), std::nullopt);
  }
}

TEST(SeriesFile, HasTheDocumentedItems) {
  const TempFolder folder;
  const SeriesTable series = random_series(2, 5'000, 365);
  write_series(series, folder / "s.h5", {});
  const Hdf5Reader file(folder / "s.h5");
  EXPECT_EQ(file.dataset("engagement").shape, (std::vector<std::uint64_t>{5'000, 365}));
  EXPECT_EQ(file.text_attribute("recipe", "from"), "2026-02-27");
  EXPECT_EQ(file.text_attribute("recipe", "to"), "2027-02-26");
  EXPECT_EQ(file.text_attribute("date", "unit"), "days since 1970-01-01");
}

TEST(SeriesFile, EveryPartIsContent) {
  const SeriesTable series = random_series(2, 5, 4);
  const std::vector<std::function<void(SeriesTable&)>> changes{
      [](SeriesTable& s) { s.level = "person"; },
      [](SeriesTable& s) { s.model += ' '; },
      [](SeriesTable& s) { s.world_digest = "x"; },
      [](SeriesTable& s) { s.first += days_rep{1}; },
      [](SeriesTable& s) { s.engagement.back() += 1e3; },
      [](SeriesTable& s) {
        s.ids = TextColumn({"a", "b", "c", "d", "e"});
      }};
  for (const auto& change : changes) {
    SeriesTable changed = series;
    change(changed);
    EXPECT_NE(content_digest(changed), content_digest(series));
  }
}

// A file of our form with parts that do not fit.
struct Parts {
  std::string format = series_format;
  std::string level = "group";
  std::vector<std::int32_t> dates{5, 6, 7};
  std::vector<double> engagement = std::vector<double>(6);
  std::vector<std::uint64_t> shape{2, 3};
  std::string leave_out = {};
};

void write_parts(const Parts& parts, const std::string& path) {
  const TextColumn ids({"a", "b"});
  Content content;
  content.attributes = {{"", "format", parts.format}, {"recipe", "level", parts.level}};
  Numbers matrix = numbers(std::span<const double>(parts.engagement));
  matrix.shape = parts.shape;
  content.datasets = {{"group_id", &ids},
                      {"date", numbers(std::span<const std::int32_t>(parts.dates))},
                      {"engagement", std::move(matrix)}};
  std::erase_if(content.datasets, [&](const Dataset& d) { return d.path == parts.leave_out; });
  write_content(content, path, {}, Overwrite::yes);
}

TEST(SeriesFile, NamesWhatIsWrong) {
  const TempFolder folder;
  const std::string path = folder / "s.h5";
  write_parts({}, path);
  EXPECT_EQ(read_series(path).days, 3u);
  const std::int32_t far = std::numeric_limits<std::int32_t>::max();
  const std::vector<std::pair<Parts, std::vector<std::string>>> cases{
      {{.format = "rolecall.scores/1"}, {"rolecall.series/1 is needed"}},
      {{.format = "rolecall.series/2"}, {"too new"}},
      {{.level = "account"}, {"level", "account"}},
      {{.level = "person"}, {"person_id", "missing"}},
      {{.dates = {5, 6, 8}}, {"date", "row 2"}},
      {{.dates = {far - 2, far - 1, far}}, {"date", "row 0"}},
      {{.dates = {5, 6}}, {"engagement", "2 ids x 2 days"}},
      {{.dates = {}}, {"date", "no day"}},
      {{.shape = {3, 2}}, {"engagement", "2 ids x 3 days"}},
      {{.shape = {6}}, {"engagement"}},
      {{.leave_out = "engagement"}, {"engagement", "missing"}},
      {{.leave_out = "date"}, {"date", "missing"}},
      {{.leave_out = "group_id"}, {"group_id", "missing"}}};
  for (const auto& [parts, words] : cases) {
    write_parts(parts, path);
    for (const std::string& word : words)
      EXPECT_THAT(
          [&] { read_series(path); },
          Throws<InputError>(Property(&InputError::what, AllOf(HasSubstr(path), HasSubstr(word)))));
  }
}

// Not in HDF5's heaps of attribute texts, where HDF5 1.10 trusts what it reads and may crash.
TEST(SeriesFile, SurvivesDamagedBytes) {
  const TempFolder folder;
  SeriesTable series = random_series(4, 300, 40);
  series.model = "name = \"x\"\n";
  write_series(series, folder / "s.h5", {});
  std::ifstream in(folder / "s.h5", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::size_t refused = 0;
  constexpr std::size_t heap_bytes = 4096;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t at = i * whole.size() / 400;
    const std::size_t heap = whole.rfind("GCOL", at);
    if (heap != std::string::npos && at < heap + heap_bytes) continue;
    std::string damaged = whole;
    damaged[at] ^= static_cast<char>(1 << i % 8);
    if (i % 40 == 39) damaged.resize(at);
    std::ofstream(folder / "d.h5", std::ios::binary) << damaged;
    try {
      const SeriesTable read = read_series(folder / "d.h5");
      EXPECT_EQ(read.engagement.size(), read.ids.size() * read.days);
    } catch (const InputError&) {
      ++refused;
    } catch (const SystemError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 200u);
}

}  // namespace
}  // namespace rolecall
