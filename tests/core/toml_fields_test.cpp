#include "core/toml_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace rolecall {

// A section with a field of each kind.
struct Sample {
  double ratio = .5;
  double any = 0;
  std::uint64_t count = 3;
  std::uint64_t seed = 0;
  bool flag = true;
  std::string text = "t";
  Day day = *parse_day("2026-03-31");
  std::vector<double> numbers{1, 2.5};
  std::vector<std::string> names{"a"};
  Shares shares{{"x", 1}};

  bool operator==(const Sample&) const = default;
};

template <SectionOf<Sample> S, class Visit>
void for_each_field(S& s, Visit visit) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  visit(FieldInfo{"ratio", "m/s", "some ratio", 0, 1}, s.ratio);
  visit(FieldInfo{"any", "", "any number", -infinity, infinity}, s.any);
  visit(FieldInfo{"count", "rows", "how many", 1, 100}, s.count);
  visit(FieldInfo{"seed", "", "of draws"}, s.seed);
  visit(FieldInfo{"flag", "", "yes or no"}, s.flag);
  visit(FieldInfo{"text", "", "some text"}, s.text);
  visit(FieldInfo{"day", "", "a day"}, s.day);
  visit(FieldInfo{"numbers", "", "a list"}, s.numbers);
  visit(FieldInfo{"names", "", "a list"}, s.names);
  visit(FieldInfo{"shares", "", "a table"}, s.shares);
}

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const Sample& sample, Comments comments = Comments::none) {
  std::string out;
  for_each_field(sample, FieldWriter(out, comments));
  return out;
}

Sample read(const std::string& text, Sample sample = {}) {
  const std::string source = "s.toml";
  const toml::table table = parse_toml(text, source);
  ProblemList problems;
  read_section(TomlTable(table, "part", source, problems), sample);
  problems.throw_if_any();
  return sample;
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

// Any value that a field may hold.
Sample random_sample(std::mt19937_64& bits) {
  const auto number = [&](bool any_sign) {
    switch (bits() % 4) {
      case 0:
        return 0.;
      case 1:
        return static_cast<double>(bits() % 1'000'000);
      case 2:
        return std::ldexp(static_cast<double>(bits() >> 11), -53 - static_cast<int>(bits() % 60));
      default:
        return (any_sign && bits() % 2 == 0 ? -1 : 1) * 1e-7 *
               static_cast<double>(bits() % 10'000'000'000'000);
    }
  };
  const auto text = [&] {
    static const std::vector<std::string> parts{
        "a", " ", "\"", "\\", "\n", "\t", "\x01", "\x7f", "Zoë", "日本", "#", "=", "]", "'", "{x}"};
    std::string result;
    for (std::size_t n = bits() % 6; n > 0; --n) result += parts[bits() % parts.size()];
    return result;
  };
  Sample s;
  s.ratio = std::fmod(number(false), 1);
  s.any = number(true);
  s.count = 1 + bits() % 100;
  s.seed = bits() >> 1;  // TOML's integers have a sign
  s.flag = bits() % 2 == 0;
  s.text = text();
  s.day = Day{days_rep{static_cast<std::int32_t>(bits() % 3'600'000) - 719'162}};
  s.numbers.clear(), s.names.clear(), s.shares.clear();
  for (std::size_t n = bits() % 5; n > 0; --n) s.numbers.push_back(number(false));
  for (std::size_t n = bits() % 5; n > 0; --n) s.names.push_back(text());
  for (std::size_t n = bits() % 5; n > 0; --n)
    s.shares.emplace_back(std::to_string(n) + text(), number(false));
  std::ranges::sort(s.shares);
  return s;
}

TEST(TomlFields, ReadsBackWhatItWrites) {
  std::mt19937_64 bits(1);
  for (int round = 0; round < 500; ++round) {
    const Sample sample = random_sample(bits);
    for (const Comments comments : {Comments::none, Comments::meanings}) {
      const std::string text = text_of(sample, comments);
      const Sample again = read(text);
      EXPECT_EQ(again, sample) << text;
      EXPECT_EQ(std::bit_cast<std::uint64_t>(again.any), std::bit_cast<std::uint64_t>(sample.any));
      EXPECT_EQ(text_of(again, comments), text);
    }
  }
}

TEST(TomlFields, WritesOneLineAKey) {
  EXPECT_EQ(text_of({}),
            "ratio = 0.5\nany = 0\ncount = 3\nseed = 0\nflag = true\ntext = \"t\"\n"
            "day = 2026-03-31\nnumbers = [1, 2.5]\nnames = [\"a\"]\nshares = { \"x\" = 1 }\n");
}

TEST(TomlFields, ExplainsUnitAndRange) {
  const std::string text = text_of({}, Comments::meanings);
  EXPECT_THAT(text, AllOf(HasSubstr("# some ratio [m/s; 0 to 1]\nratio = 0.5\n"),
                          HasSubstr("# how many [rows; 1 to 100]\ncount = 3\n"),
                          HasSubstr("# of draws\nseed = 0\n"), HasSubstr("# yes or no\nflag")));
}

TEST(TomlFields, KeepsWhatATextLeavesOut) {
  Sample sample;
  sample.count = 77;
  sample.shares = {{"y", 2}};
  Sample want = sample;
  want.ratio = .25;
  EXPECT_EQ(read("ratio = 0.25", sample), want);
  EXPECT_EQ(read("", sample), sample);
}

TEST(TomlFields, ListsAndSharesReplaceTheOnesThatWere) {
  const Sample sample = read("numbers = []\nnames = ['b', 'a']\nshares = { z = 3, b = 0.5 }");
  EXPECT_THAT(sample.numbers, ElementsAre());
  EXPECT_THAT(sample.names, ElementsAre("b", "a"));
  EXPECT_THAT(sample.shares, ElementsAre(std::pair("b", .5), std::pair("z", 3.)));
}

TEST(TomlFields, TakesDatesWithAndWithoutQuotes) {
  EXPECT_EQ(read("day = 2026-02-28").day, *parse_day("2026-02-28"));
  EXPECT_EQ(read("day = '2026-02-28'").day, *parse_day("2026-02-28"));
}

TEST(TomlFields, TakesTheEndsOfARange) {
  EXPECT_EQ(read("ratio = 0").ratio, 0);
  EXPECT_EQ(read("ratio = 1").ratio, 1);
  EXPECT_EQ(read("count = 1").count, 1u);
  EXPECT_EQ(read("count = 100").count, 100u);
}

// One text with one thing wrong, and what the message says beside the place.
TEST(TomlFields, NamesLineKeyAndRemedy) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"ratio = 1.5", "part.ratio '1.5': this is not a number in the range. Write one from 0 to 1"},
      {"ratio = -1", "part.ratio '-1': this is not a number in the range"},
      {"ratio = 'x'", "part.ratio 'x': this is not a number"},
      {"ratio = true", "part.ratio 'true': this is not a number"},
      {"any = nan", "part.any 'nan': this is not a number in the range. Write a finite number"},
      {"any = inf", "part.any 'inf': this is not a number in the range. Write a finite number"},
      {"any = -inf", "part.any '-inf': this is not a number"},
      {"count = 0", "part.count '0': this is not a whole number in the range. Write one from 1"},
      {"count = 101", "part.count '101': this is not a whole number in the range"},
      {"count = 2.5", "part.count '2.5': this is not a whole number"},
      {"count = '2'", "part.count '2': this is not a whole number"},
      {"seed = -1", "part.seed '-1': this is not a whole number in the range. Write one of at "},
      {"flag = 1", "part.flag '1': this is neither true nor false. Write true or false"},
      {"text = 1", "part.text '1': this is not a text. Put it in double quotes"},
      {"day = 1", "part.day '1': this is not a date. Write one such as 2026-03-31"},
      {"day = '2026-02-30'", "part.day '2026-02-30': this is not a date"},
      {"day = 'soon'", "part.day 'soon': this is not a date"},
      {"day = 2026-02-03T10:00:00Z", "part.day '2026-02-03T10:00:00Z': this is not a date"},
      {"numbers = 1", "part.numbers '1': this is not a list. Write it in square brackets"},
      {"numbers = [1, 'x']", "part.numbers 'x': this is not a number"},
      {"numbers = [-1]", "part.numbers '-1': this is not a number in the range"},
      {"names = 'x'", "part.names 'x': this is not a list"},
      {"names = ['x', 1]", "part.names '1': this is not a text"},
      {"shares = 1", "part.shares '1': this is not a table"},
      {"shares = { x = 'y' }", "part.shares.x 'y': this is not a number"},
      {"shares = { x = -1 }", "part.shares.x '-1': this is not a number in the range"},
      {"contu = 1", "part.contu: there is no such key. Did you mean 'count'?"},
      {"[unheard_of_thing]", "part.unheard_of_thing: there is no such key. Known: ratio, any"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint("\n\n" + text), HasSubstr("s.toml, line 3, " + message)) << text;
}

TEST(TomlFields, ReportsEveryProblemAtOnce) {
  const std::string text = complaint(
      "ratio = 2\ncount = 'x'\nflag = 0\nnumbers = [-1,\n -2]\nnames = [3]\nshares = { a = -4 }\n"
      "day = 5\nnonsense = 6\n");
  for (const char* part :
       {"line 1, part.ratio '2'", "line 2, part.count 'x'", "line 3, part.flag '0'",
        "line 4, part.numbers '-1'", "line 5, part.numbers '-2'", "line 6, part.names '3'",
        "line 7, part.shares.a '-4'", "line 8, part.day '5'", "line 9, part.nonsense"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(TomlFields, SaysWhereATextIsNoToml) {
  EXPECT_THAT(complaint("ratio = 1\ncount = = 2\n"),
              AllOf(HasSubstr("s.toml, line 2: this is not TOML"), HasSubstr("column")));
  EXPECT_THAT(complaint("ratio = 1\nratio = 1\n"), HasSubstr("s.toml, line 2: this is not TOML"));
  EXPECT_THAT(complaint("text = \"\xff\"\n"), HasSubstr("this is not TOML"));
}

TEST(QuotedKey, HoldsAnyText) {
  for (const std::string key :
       {"", "a b", "a\"b", "a\\b", "a\nb", "\x1f\x7f", "ключ", "a.b", "#"}) {
    const toml::table table = parse_toml(quoted_key(key) + " = 1", "k");
    ASSERT_EQ(table.size(), 1u);
    EXPECT_EQ(table.begin()->first.str(), key);
  }
}

}  // namespace
}  // namespace rolecall
