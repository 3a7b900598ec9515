#include "generators/csv_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "bundle_folder.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Rows : RowSink {
  std::vector<std::pair<std::size_t, std::vector<std::string>>> rows;
  void row(std::size_t row, std::span<const std::string_view> fields, ProblemList&) override {
    rows.emplace_back(row, std::vector<std::string>(fields.begin(), fields.end()));
  }
};

using Records = std::vector<std::pair<std::size_t, std::vector<std::string>>>;

Records read(const std::string& text, std::size_t part_bytes, ProblemList& problems) {
  testing::BundleFolder folder;
  folder.write("t.csv", text);
  const CsvFile file(folder.path() / "t.csv", part_bytes);
  std::vector<Rows> sinks(file.parts());
  Progress progress;
  const auto first =
      file.read([&](std::size_t k) -> RowSink& { return sinks[k]; }, problems, progress);
  Records all;
  for (std::size_t k = 0; k < sinks.size(); ++k)
    for (auto& [row, fields] : sinks[k].rows) all.emplace_back(first[k] + row, fields);
  return all;
}

Records read(const std::string& text, std::size_t part_bytes = 1 << 20) {
  ProblemList problems;
  Records records = read(text, part_bytes, problems);
  problems.throw_if_any();
  return records;
}

std::string complaint(const std::string& text, std::size_t part_bytes = 1 << 20) {
  try {
    read(text, part_bytes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CsvFile, ReadsQuotesLineEndsAndByteOrderMarks) {
  const Records rows = read("\xef\xbb\xbf\"a\",\"b,c\"\r\n1,\"x\ny\"\r\n\"q\"\"q\", z \r\n,");
  EXPECT_THAT(rows, ElementsAre(std::pair(2, std::vector<std::string>{"1", "x\ny"}),
                                std::pair(3, std::vector<std::string>{"q\"q", " z "}),
                                std::pair(4, std::vector<std::string>{"", ""})));
}

TEST(CsvFile, ReadsTheSameInAnyParts) {
  std::mt19937_64 bits(3);
  const char* fields[] = {"a",    "\"a,b\"", "\"line\nbreak\"", "\"say \"\"hi\"\"\"",
                          "\"\"", "Zoë",     "\"\n\n\"",        "\"\"\"\""};
  for (int round = 0; round < 30; ++round) {
    std::string text = "x,y,z\n";
    for (std::size_t r = bits() % 60; r > 0; --r)
      text += std::string(fields[bits() % 8]) + "," + fields[bits() % 8] + "," +
              fields[bits() % 8] + (bits() % 2 ? "\n" : "\r\n");
    const Records whole = read(text);
    for (const std::size_t part : {1, 2, 7, 64}) EXPECT_EQ(read(text, part), whole) << text;
  }
}

TEST(CsvFile, ReportsTheRow) {
  for (const std::size_t part : {4, 1 << 20}) {
    EXPECT_THAT(complaint("a,b\n1,2\n3\n4,5,6\n", part),
                ::testing::AllOf(HasSubstr("row 3 '3'"), HasSubstr("row 4 '4'")));
    EXPECT_THAT(complaint("a,b\n1,2\n3,\xff\n", part),
                HasSubstr("row 3, b: the field is not valid UTF-8"));
    EXPECT_THAT(complaint(std::string("a,b\n1,2\n3,\0x\n", 13), part), HasSubstr("NUL"));
    EXPECT_THAT(complaint("a,b\n1,2\n3,\"4\n5,6\n7,8\n", part), HasSubstr("row 3: from here on"));
    EXPECT_THAT(complaint("a,b\n1,2\n3,4\"4\n5,6\n\"7\",8\n", part),
                HasSubstr("row 3: from here on"));
  }
}

TEST(CsvFile, RefusesUnusableHeaders) {
  EXPECT_THAT(complaint(""), HasSubstr("the file is empty"));
  EXPECT_THAT(complaint("\xef\xbb\xbf\r\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(complaint("a,b,a\n"), HasSubstr("two columns have this name"));
  EXPECT_THAT(complaint("a,,b\n"), HasSubstr("a column has no name"));
  EXPECT_THAT(complaint("a,\"b\n"), HasSubstr("from here on this is not CSV"));
  EXPECT_THAT(complaint("a,\xff\n"), HasSubstr("not valid UTF-8"));
}

TEST(CsvFile, RefusesOverlongFields) {
  EXPECT_EQ(complaint("a\n" + std::string(CsvFile::longest_field, 'x') + "\n"), "");
  EXPECT_THAT(complaint("a\n" + std::string(CsvFile::longest_field + 1, 'x') + "\n"),
              HasSubstr("row 2, a: the field has 1048577 bytes"));
}

}  // namespace
}  // namespace rolecall
